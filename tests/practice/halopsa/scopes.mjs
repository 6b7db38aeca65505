// The permissions of an application, and what they open.

// The permission table of the setup guide.
export const GUIDE_SCOPES = [
  'all:teams',
  ...['read:tickets', 'edit:tickets', 'read:calendar', 'edit:calendar'],
  ...['read:customers', 'edit:customers', 'read:contacts', 'edit:contacts'],
  ...['read:items', 'edit:items', 'read:timesheet', 'edit:timesheet'],
  ...['read:kb', 'edit:kb', 'read:assets', 'edit:assets'],
]

// Of these, no public list knows.
const ONLY_IN_THE_GUIDE = ['read:timesheet', 'edit:timesheet', 'read:contacts', 'edit:contacts']

const OTHERS = [
  ...['all', 'admin', 'all:standard', 'access:chat'],
  ...[
    'timesheets',
    'crm',
    'contracts',
    'suppliers',
    'projects',
    'sales',
    'quotes',
    'sos',
    'pos',
    'invoices',
  ].flatMap((what) => [`read:${what}`, `edit:${what}`]),
  ...['reporting', 'software', 'softwarelicensing', 'distributionlists'].flatMap((what) => [
    `read:${what}`,
    `edit:${what}`,
  ]),
]

export function is_known_scope(scope, behaviour) {
  if (ONLY_IN_THE_GUIDE.includes(scope)) return behaviour.guide_scopes === 'known'
  return GUIDE_SCOPES.includes(scope) || OTHERS.includes(scope)
}

// What each endpoint wants, to read and to edit: one of these permissions; `[]`: any token does. What
// belongs to HaloPSA's configuration wants `admin`.
const RIGHTS = {
  Agent: { read: ['all:teams', 'read:tickets', 'edit:tickets'], edit: ['admin'] },
  Team: { read: ['all:teams'], edit: ['admin'] },
  Tickets: { read: ['read:tickets', 'edit:tickets'], edit: ['edit:tickets'] },
  Actions: { read: ['read:tickets', 'edit:tickets'], edit: ['edit:tickets'] },
  TicketType: { read: ['read:tickets', 'edit:tickets'], edit: ['admin'] },
  Status: { read: ['read:tickets', 'edit:tickets'], edit: ['admin'] },
  Outcome: { read: ['read:tickets', 'edit:tickets'], edit: ['admin'] },
  Client: { read: ['read:customers'], edit: ['edit:customers'] },
  Site: { read: ['read:customers'], edit: ['edit:customers'] },
  Users: { read: ['read:customers', 'read:contacts'], edit: ['edit:customers', 'edit:contacts'] },
  Asset: { read: ['read:assets'], edit: ['edit:assets'] },
  KBArticle: { read: ['read:kb'], edit: ['edit:kb'] },
  Item: { read: ['read:items'], edit: ['edit:items'] },
  Appointment: { read: ['read:calendar'], edit: ['edit:calendar'] },
  Timesheet: { read: ['read:timesheet', 'read:timesheets'], edit: ['edit:timesheet', 'edit:timesheets'] },
  Attachment: { read: ['read:tickets', 'edit:tickets'], edit: ['edit:tickets'] },
  Lookup: { read: [], edit: ['admin'] },
  InstanceInfo: { read: [], edit: ['admin'] },
}
const CONFIGURATION = { read: ['admin'], edit: ['admin'] }

// `rights` of an application overrules its permissions for one endpoint: none, read, or edit.
export function may(application, granted, resource, way) {
  if (granted.length === 0) return false
  const own = application.rights?.[resource]
  if (own) return own === 'edit' || (own === 'read' && way === 'read')
  const wanted = (RIGHTS[resource] ?? CONFIGURATION)[way]
  return wanted.length === 0 || ['all', 'admin', ...wanted].some((scope) => granted.includes(scope))
}
