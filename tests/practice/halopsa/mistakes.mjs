// What admins get wrong in the setup guide, one thing at a time, on an instance where the guide is done.
import { halo_time } from './clock.mjs'
import { AUTHENTICATION } from './webhooks.mjs'
import { ACTION_BY_AGENT } from './data_set.mjs'
import { NEW_TICKET, TICKET_CHANGED } from './occurrences.mjs'

// Each takes {instance, guide}.
export const MISTAKES = {
  agent_initials: ({ guide }) => void (guide.agent.initials = 'MA'),
  agent_not_api_only: ({ guide }) => void (guide.agent.isapiagent = false),
  permission_missing: ({ guide: { application } }) =>
    void (application.scopes = application.scopes.filter((scope) => scope !== 'edit:assets')),
  tab_url: ({ guide }) => void (guide.tab.url = 'https://relay.example/tab'),
  tab_not_secure: ({ guide }) => void (guide.tab.send_secure_url_parameter = false),
  tab_other_secret: ({ guide }) => void (guide.tab.new_iframe_secret = 'another'),
  type_without_tab: ({ instance }) => void (instance.ticket_types.get(3).allowed_iframe_customtabs = []),
  webhook_url: ({ guide }) => void (guide.webhook.url += 'x'),
  webhook_get: ({ guide }) => void (guide.webhook.method = 1),
  webhook_unsigned: ({ guide }) => void (guide.webhook.authentication_type = AUTHENTICATION.none),
  webhook_no_certificate: ({ guide }) => void (guide.webhook.certificate_id = 0),
  webhook_inactive: ({ guide }) => void (guide.webhook.active = false),
  webhook_auto_disabled({ instance, guide }) {
    const last_auto_disable_date = halo_time(instance.clock.now())
    Object.assign(guide.webhook, { disabled: true, last_auto_disable_date })
  },
  event_missing: (context) => remove_event(context, NEW_TICKET),
  event_without_condition: (context) => void (event(context, TICKET_CHANGED).conditions = []),
  one_action_event: (context) => remove_event(context, ACTION_BY_AGENT),
  resolve_misspelt: ({ guide }) => void (guide.outcome.outcome = 'Mizo Resolve'),
  resolve_no_status: ({ guide }) => void (guide.outcome.newstatus = -1),
  resolve_shown_to_user: ({ guide }) => void (guide.outcome.hidefromuser = false),
  resolve_no_note_field: ({ guide }) => void (guide.outcome.fields = []),
}

const event = ({ instance, guide }, eventno) =>
  instance.notifications.find((row) => row.webhook_id === guide.webhook.id && row.eventno === eventno)

const remove_event = (context, eventno) =>
  void context.instance.notifications.remove(event(context, eventno).id)

export function make_mistake(name, context) {
  if (!MISTAKES[name]) throw new Error(`the mistakes are ${Object.keys(MISTAKES).join(', ')}`)
  MISTAKES[name](context)
}
