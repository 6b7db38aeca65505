// Applications sign in: /api/authinfo says where, /auth/token gives an opaque token for a while.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { is_known_scope } from '../scopes.mjs'
import { ApiError } from './errors.mjs'

export class OAuth {
  #instance
  #tokens = new Map() // token -> {application, scopes, ends_ms}

  constructor(instance) {
    this.#instance = instance
  }

  // What anybody may ask.
  authinfo(base_url) {
    const { authinfo, tenant } = this.#instance.behaviour
    if (authinfo === 'missing') throw new ApiError(404, 'Not Found')
    const auth_url = authinfo === 'other_host' ? 'https://auth.elsewhere.example/auth' : `${base_url}/auth/`
    return { auth_url, tenant_id: tenant || null, application_id: 'practice', authentication_type: 0 }
  }

  // `form`: URLSearchParams of the body; `tenant`: of the query.
  token(form, tenant) {
    const { behaviour, clock } = this.#instance
    if (behaviour.tenant && tenant !== behaviour.tenant) throw new ApiError(404, 'Tenant not found')
    if (form.get('grant_type') !== 'client_credentials')
      throw new ApiError(400, 'The grant type is not supported.', { code: 'unsupported_grant_type' })
    const application = this.#application(form)
    const scopes = this.#grant(application, form.get('scope') ?? '')
    const access_token = randomBytes(48).toString('base64url')
    const life_s = behaviour.token_life_s
    this.#tokens.set(access_token, { application, scopes, ends_ms: clock.now() + life_s * 1000 })
    return {
      ...(behaviour.token_scope === 'granted' ? { scope: scopes.join(' ') } : {}),
      token_type: 'Bearer',
      access_token,
      expires_in: life_s,
      ...{ refresh_token: null, id_token: null },
    }
  }

  // Who calls: `{application, scopes}`.
  caller(authorization) {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1]
    const known = this.#tokens.get(token)
    if (!known || known.ends_ms <= this.#instance.clock.now() || known.application.inactive)
      throw new ApiError(401, 'Unauthorized', { headers: { 'WWW-Authenticate': 'Bearer' } })
    return known
  }

  // As when HaloPSA restarts, or an admin ends its sessions: every token is refused from now on.
  forget_tokens() {
    this.#tokens.clear()
  }

  #application(form) {
    const application = this.#instance.applications.find(
      ({ client_id }) => client_id === form.get('client_id'),
    )
    const secret = form.get('client_secret') ?? ''
    if (application && !application.inactive && same(secret, application.client_secret)) return application
    const status = Number(this.#instance.behaviour.invalid_client_status)
    throw new ApiError(status, 'The client application is not known, or its secret is wrong.', {
      code: 'invalid_client',
    })
  }

  // One permission that is unknown, or not the application's, fails the whole request.
  #grant(application, text) {
    const { behaviour } = this.#instance
    const asked = text.split(' ').filter(Boolean)
    const unknown = asked.find((scope) => !is_known_scope(scope, behaviour))
    if (unknown) throw new ApiError(400, 'The specified scope is not supported.', { code: 'invalid_scope' })
    const owned = (scope) => application.scopes.includes('all') || application.scopes.includes(scope)
    if (!asked.every(owned))
      throw new ApiError(400, 'This client application is not allowed to use the specified scope.', {
        code: behaviour.refused_scope,
      })
    return asked
  }
}

function same(a, b) {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
