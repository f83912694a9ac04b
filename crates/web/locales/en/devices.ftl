# English texts. Every text stands under the same name in Swedish.
nav-devices = Devices
form-problems = Correct this. Nothing has been saved yet.
form-back = Back without saving
form-choose = Choose
form-save = Save
file-csv = Download as CSV
file-xlsx = Download as Excel
pages = Pages
pages-before = Previous page
pages-after = Next page
pages-here = Page { $page } of { $pages }
history-when = When
history-who = Who
history-field = Field
history-from = From
history-to = To
history-changes = Changes
history-changes-none = Nothing has been changed.
history-back = Undo
history-go-back = Go back to before this
history-as-before = This is how it stood before the change of { $at }. Save to go back to it; nothing is changed yet.
devices-title = Devices
devices-total = { $count ->
    [0] No devices
    [one] { $count } device
   *[other] { $count } devices
}
devices-none = No device fits the filter. Remove a condition, or register the device.
devices-all = All
devices-words = Words in serial number, id or room
devices-stage = Stage
devices-model = Model
devices-generation = Generation
devices-silent = Only silent ones
devices-order = Order
devices-order-serial = Serial number
devices-order-last_contact = Longest without contact first
devices-order-model = Model
devices-order-stage = Stage
devices-show = Show
devices-register = Register a device
devices-serial = Serial number
devices-controller-id = Id
devices-last-contact = Last contact
devices-condition = Condition
device-title = Device
device-register = Register a device
device-change = Change details
device-category = Category
device-profile = Profile
device-tested-at = Last test alarm
device-person = Helps
device-field-model = Model
device-field-serial = Serial number
device-field-controller_id = Id on the wire
device-field-accessories = Accessories
device-field-network_operator = Mobile operator
device-field-area = Area
device-field-room = Room
device-field-latitude = Latitude
device-field-longitude = Longitude
device-controller-id-hint = What the device calls itself when it raises an alarm. Empty takes the serial number.
device-area-hint = Only for a device that belongs to no person.
device-life = The life of the device
device-life-none = No steps have been noted.
device-messages = Last messages
device-messages-none = The device has not been heard.
device-alarms = Last alarms
device-alarms-none = No alarms.
message-signal = Read as
message-transport = Way
message-detail = Content
alarm-state = State
device-step = Next step
device-to = To: { $stage }
device-note = Note
device-note-hint = Needed when a device is scrapped.
device-step-note = Note
device-step-person = Person
device-step-area = Area
device-step-room = Room
device-install = Install
device-install-whom = Whom is the device to help?
device-install-person = Install with the person
device-install-no-person = Or in an area, without a person
device-install-area = Install in the area
device-password = Password
device-password-own = A password of your own
device-password-hint = 8 to 64 characters. Empty: Tryggve makes one.
device-password-set = Set password
device-password-once = The password is shown only now. Enter it into the device.
nav-outages = Outages
nav-senders = Unknown senders
senders-title = Unknown senders
senders-what = Messages of devices that nobody has registered, and messages that could not be read. None of them is thrown away.
senders-none = Everyone who was heard is registered.
senders-nameless = Sender without a name
senders-register = Register this device
senders-alarm = To the alarm
senders-raw = The message as it came
outages-title = Outages and silent devices
outages-none = No outages.
outages-silent = Silent devices
outages-silent-total = { $count ->
    [0] No silent devices
    [one] { $count } silent device
   *[other] { $count } silent devices
}
outages-silent-none = Every installed device is heard.
outages-silent-since = Silent since
outage-title = Outage
outage-cause = What the devices share
outage-shared = Sort
outage-by-operator = Mobile operator
outage-by-area = Area
outage-by-model = Model
outage-began = Began
outage-ended = Ended
outage-open = Going on
outage-lost = Devices in all
outage-silent = Still silent
nav-technical = Technical alarms
technical-title = Technical alarms
technical-none = No open technical alarms.
technical-remains = Remains
technical-over-since = Over since { $since }
technical-text = Note in each alarm
technical-text-usual = The device reports that the trouble is over.
technical-close = { $count ->
    [one] Close { $count } alarm that is over
   *[other] Close all { $count } alarms that are over
}
technical-closed = { $count ->
    [one] { $count } alarm has been closed.
   *[other] { $count } alarms have been closed.
}
senders-messages = Messages
unproven-title = Registered devices that did not prove who they are
unproven-what = A device with the wrong password, or on the wrong network, cannot call as itself: its alarm comes as an unknown sender. What is going on is marked. Counted over the messages that are kept; signs of life and tests that were refused are not counted.
unproven-none = Every registered device has proved who it is.
unproven-device = Device
unproven-trouble = What is wrong
unproven-since = Since
unproven-last = Last
unproven-messages = Number
unproven-source = From
unproven-proven = Last heard with proof
unproven-never = Never
