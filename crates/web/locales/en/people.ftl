# English texts. Every text stands under the same name in Swedish.
people-words = Name, street or number
people-search = Search
people-none = Nobody was found. Check the spelling, or search with fewer words.
people-more = More fit than are shown. Search with more words.
file-left-out = { $count ->
    [one] { $count } person with protected identity is left out.
   *[other] { $count } people with protected identity are left out.
}
nav-people = People
people-title = People
people-name = Name
people-areas = Areas
people-everywhere = All areas
people-export = Download the register
people-export-why = The file holds personal data of everyone but those with protected identity. The download is logged with your reason.
people-export-format = File format
people-export-button = Download
person-title = Person
person-register = Register a person
person-change = Change details
person-protected = Protected identity
person-identity = Identity number
person-identity-kept = Empty: the number that stands is kept.
person-address = Address
person-language-hint = Empty is Swedish.
person-position-hint = Degrees, such as 58.4109 and 15.6216. Empty where the place is unknown.
person-hidden = (hidden)
person-reveal = Show the whole identity number
person-reason = Reason
person-reason-hint = Logged and reviewed. Write nothing sensitive.
person-reason-title = State a reason
person-reason-why = You have no care relation to this person now. Write why you need to see the details. The reason holds for 15 minutes.
person-reason-button = Show the person
person-reason-short = Write a reason of at least { $count } characters.
person-devices = Devices
person-devices-none = The person has no device.
person-looks = Who has looked
person-looks-what = What
person-looks-none = Nobody has looked.
person-field-identity = Identity number
person-field-protected = Protected identity
person-field-given_name = First name
person-field-family_name = Family name
person-field-spoken_language = Language
person-field-phone = Telephone
person-field-street = Street
person-field-postal_code = Postal code
person-field-town = Town
person-field-latitude = Latitude
person-field-longitude = Longitude
person-field-area = Area
person-field-entry_note = How to get in
person-field-health_note = Important about health
person-field-note = Anything else to know
person-field-kin = Close persons
kin-title = Close persons
kin-none = No close persons are registered.
kin-change = Change close persons
kin-what = In the order they are to be called. Empty the name to remove someone.
kin-name = { $line }. Name
kin-relation = { $line }. Relation
kin-phone = { $line }. Telephone
kin-key = { $line }. Has a key
kin-has-key = Key
fallback-title = Fallback list
fallback-what = Print the list and keep it locked up. With it, alarms can be taken care of without Tryggve. Printing is logged.
fallback-none = Nobody has an installed device here.
fallback-no-area = Without area
fallback-count = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
fallback-at = Read { $at }
