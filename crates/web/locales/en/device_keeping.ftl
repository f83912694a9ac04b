# English texts. Every text stands under the same name in Swedish.
devices-parts = About devices
labels-title = Labels
labels-one = Print label
labels-intro = Choose as many columns and rows as the paper in the printer has. Print at actual size, without margins.
labels-columns = Columns
labels-rows = Rows
labels-skip = Used labels on the first sheet
labels-code = Code
labels-code-both = QR and bars
labels-code-qr = QR only
labels-code-bars = Bars only (Code 128)
labels-text = The code says
labels-count = { $count ->
    [0] No labels
    [one] { $count } label
   *[other] { $count } labels
}
labels-left-out = Only the first { $most } are printed at a time. Narrow the list to print the rest.
print = Print
models-title = Models
models-intro = A model says what its devices are for, how often they should be heard, and how they are answered.
models-none = There is no model. Add one, and devices can be registered.
model-new = New model
model-one = Model
model-remove = Remove the model
model-never = Never
model-seconds = { $count } s
model-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
model-field-name = Name
model-field-category = Category
model-field-driver = Language on the wire
model-field-generation = Generation
model-field-contact_seconds = Heard every
model-field-test_days = Test alarm every
model-field-profile = Profile
model-hint-contact_seconds = Seconds between signs of life. 0: not supervised.
model-hint-test_days = Days between test alarms. 0: none.
model-hint-profile = How the model's devices are answered.
driver-scaip = SCAIP
driver-zigbee2mqtt = Zigbee2MQTT
profiles-title = Profiles
profiles-intro = A profile says how a model talks and wants to be answered. The values are those that devices get in the reply.
profiles-none = There is no profile. Add one, and models can use it.
profile-new = New profile
profile-one = Profile
profile-remove = Remove the profile
profile-field-name = Name
profile-field-reply_style = The reply is sent
profile-field-authentication = The device is proved by
profile-field-media_reply = Call (mre)
profile-field-call_reply = Whom the device calls (cre)
profile-field-call_number = Number or address to call (tnu)
profile-field-technical_codes = Technical status codes (stc)
profile-field-duplicate_window_seconds = The same message within
profile-media-0 = No call
profile-media-1 = Call both ways
profile-media-2 = Microphone only
profile-media-3 = Speaker only
profile-call-61 = The device's own receiver
profile-call-62 = The number in the profile
profile-hint-media_reply = What the device does when the alarm is received.
profile-hint-call_reply = A number is needed when the device calls the number in the profile.
profile-hint-call_number = Such as a telephone number or sip:alarm@example.com.
profile-hint-technical_codes = Codes that are technical alarms, with spaces between.
profile-hint-duplicate_window_seconds = Seconds. The same message again within this time is no new alarm.
overdue-title = Overdue tests
overdue-none = Every installed device has sent its test alarm in time.
overdue-never = Never
overdue-wanted = To be tested every
overdue-total = { $count ->
    [0] No device lacks a test alarm.
    [one] { $count } device has not sent a test alarm as often as its model asks.
   *[other] { $count } devices have not sent a test alarm as often as their models ask.
}
overdue-total-first = The { $count } that have waited longest. There are more.
replacement-title = Replacing 2G and 3G
replacement-nothing-left = No installed device has 2G or 3G.
replacement-standing-still = No new devices have been installed in the last weeks: the replacement stands still.
replacement-late = At the pace that is held, all is replaced on { $day }, after the last day.
replacement-in-time = At the pace that is held, all is replaced on { $day }, in time.
replacement-left = Devices to replace
replacement-deadline = Last day
replacement-weeks-left = Weeks left
replacement-pace-needed = Needed per week
replacement-pace-held = Replaced per week, over the last { $count } weeks
replacement-unit-cost = One device costs
replacement-cost = Costs to replace
replacement-kronor = SEK { $sum }
replacement-settings = Change price and last year
replacement-units = Devices by generation
replacement-plan = Plan
replacement-old = Is replaced
replacement-new = Stays
replacement-weeks = New devices per week
replacement-weeks-what = { $count ->
    [one] The line is the pace that is needed: { $count } device per week. Weeks below it are marked.
   *[other] The line is the pace that is needed: { $count } devices per week. Weeks below it are marked.
}
replacement-weeks-table = Show the weeks as a table
replacement-week = Week from
replacement-installed = Installed
replacement-source = Source of the price
