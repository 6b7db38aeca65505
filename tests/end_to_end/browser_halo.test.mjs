// HaloPSA's side of the admin page in a real browser: an admin follows the guide, from the first sign-in to a
// ticket that travelled to Mizo and back.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { GUIDE_SCOPES } from '../practice/halopsa/scopes.mjs'
import { Browser, why_no_browser } from './support/browser.mjs'
import { World } from './support/world.mjs'

const PASSWORD = 'a long walk by the river 7'
const PAGES = ['/guide', '/halopsa', '/scope', '/agent', '/ledger', '/alerts']
// What the page shows of a run of all checks, or of a ticket on its way, within the deadline of the longest.
const SLOW_MS = 60_000
// Kept where this names a folder, else made in a temporary one.
const kept = process.env.MIZO_SCREENSHOTS

describe('the admin page of HaloPSA', { skip: why_no_browser ?? false }, () => {
  let world
  let browser
  let page
  let screenshots
  before(async () => {
    screenshots = kept ?? mkdtempSync(join(tmpdir(), 'mizo-screens-'))
    world = await World.start({
      cloud: { assistant: true }, // answers each new ticket with an insight
      certificate: false,
      enroll: false,
      halo: { rights: 'admin' },
      connect: false,
    })
    // Permissions of HaloPSA's configuration beside the guide's, so that all can be fixed from here.
    await world.admin.patch('/settings', {
      'halo.scopes': [...GUIDE_SCOPES, 'admin'],
      'webhook.public_url': `http://127.0.0.1:${world.daemon.webhook_port}`,
    })
    browser = await Browser.open(world.daemon.admin_url)
    ;({ page } = browser)
  })
  after(async () => {
    await browser?.close()
    await world?.close()
    if (!kept) rmSync(screenshots, { recursive: true, force: true })
  })

  const shoot = (name) => page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
  const button = (name) => page.getByRole('button', { name })
  const seen = (text, timeout = SLOW_MS) => page.getByText(text).first().waitFor({ timeout })

  it('leads a new admin to the setup guide', async () => {
    await browser.go('/')
    await page.getByLabel('Set-up code').fill(world.daemon.setup_code)
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByLabel('Repeat the password').fill(PASSWORD)
    await button('Set password and continue').click()
    await page.getByRole('heading', { name: 'Setup guide' }).waitFor()
    await page.getByRole('heading', { name: '1. Connect' }).waitFor()
    await shoot('guide-first')
  })

  it('says at which step credentials fail, and what to do about it', async () => {
    await page.getByLabel('HaloPSA address').fill(world.halo.url)
    await page.getByLabel('Client ID').fill(world.halo.client_id)
    await page.getByLabel('Client secret').fill('not the secret of this application')
    await button('Save and test').click()
    await seen('A step failed')
    await seen(/Copy client ID and secret anew/)
    await shoot('guide-wrong-secret')
  })

  it('takes the right ones, and never shows the secret again', async () => {
    await page.getByLabel('Client secret').fill(world.halo.client_secret)
    await button('Save and test').click()
    await seen('HaloPSA answers, and knows the relay')
    assert.ok(!(await page.content()).includes(world.halo.client_secret), 'the secret is not on the page')
  })

  it('keeps the choice of ticket types', async () => {
    await page.getByRole('link', { name: 'Ticket types' }).first().click()
    await page.getByText('Only chosen').click({ timeout: SLOW_MS })
    await page.getByLabel(/^Goes to Mizo: /).first().uncheck()
    await shoot('ticket-types')
    await button('Save').click()
    await seen('Saved.')
    const { items } = await world.admin.get('/halo/ticket-types')
    assert.equal(items.filter(({ in_scope }) => !in_scope).length, 1)
  })

  it('shows what a fix would change before it does, then fixes all', async () => {
    await world.admin.post('/certificates')
    await world.enroll()
    await page.getByRole('link', { name: 'Setup guide' }).first().click()
    await button('Check now').click()
    await button('Fix all…').waitFor({ timeout: SLOW_MS })
    await button('Check now').waitFor({ timeout: SLOW_MS }) // the run has ended
    const posts = () => world.halo.api_calls('POST /api/').length
    const before_it = posts()
    await button('Fix all…').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Mizo resolve').first().waitFor({ timeout: SLOW_MS })
    await shoot('guide-fix-all')
    assert.equal(posts(), before_it, 'a preview changes nothing')
    await dialog.getByRole('button', { name: /^Make \d+ changes?$/ }).click()
    await dialog.getByText('All of it is done.').waitFor({ timeout: SLOW_MS })
    await shoot('guide-fixed')
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    assert.ok(posts() > before_it)
  })

  it('sends a test ticket, and shows its stages and times live', async () => {
    await browser.go('/guide?section=6')
    await page.getByLabel('Ticket type').selectOption({ index: 1 })
    await button('Send a test ticket').click()
    await seen(/^A ticket travelled from HaloPSA to Mizo and back in /)
    await seen('Created in HaloPSA')
    await shoot('guide-test-ticket')
  })

  it('sees all of the guide right', async () => {
    await button('Check now').click()
    await seen('Everything is set up')
    await shoot('guide-finished')
  })

  it('shows what Mizo said of the ticket', async () => {
    const { ticket } = await world.admin.get('/test-ticket')
    await browser.go(`/tickets/${ticket}`)
    await seen('What Mizo said')
    await page.locator('.insight-section').first().waitFor()
    await shoot('ticket')
  })

  it('turns the agent off, after a question, and on again', async () => {
    await page.getByRole('link', { name: 'Agent' }).first().click()
    await button('Turn off…').click()
    await shoot('agent-off-question')
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
    await seen('Nothing is done on HaloPSA for Mizo.')
    assert.equal((await world.admin.get('/agent')).enabled, false)
    await button('Turn on').click()
    await button('Turn off…').waitFor()
    assert.equal((await world.admin.get('/agent')).enabled, true)
  })

  it('shows each call of HaloPSA’s API with what it was for, its answer and its time', async () => {
    await browser.go('/halopsa')
    const row = page.getByRole('row').filter({ hasText: 'GET /Webhook' }).first()
    await row.waitFor()
    assert.match(await row.innerText(), /Setup guide[^]*GET \/Webhook[^]*200[^]*\d+(\.\d+)?\s(ms|s)/)
  })

  it('speaks French on every page of HaloPSA', async () => {
    await page.getByLabel('Language').selectOption('fr')
    for (const path of PAGES) {
      await browser.go(path)
      await page.locator('main h1').waitFor()
      await page.waitForFunction(() => document.querySelector('.loading') === null)
      assert.doesNotMatch(
        await page.locator('main').innerText(),
        /\b(Settings|Loading|Nothing|Check now|Found|Expected|What to do)\b/,
        path,
      )
      await shoot(`french${path.replaceAll('/', '-')}`)
    }
    await page.getByLabel('Langue').selectOption('en')
  })

  it('fits the width of a phone on every page of HaloPSA, and shows itself in the dark', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    for (const path of PAGES) {
      await browser.go(path)
      await page.locator('main h1').waitFor()
      await page.waitForFunction(() => document.querySelector('.loading') === null)
      assert.ok((await browser.overflow()) <= 0, `${path} scrolls sideways`)
      await shoot(`phone${path.replaceAll('/', '-')}`)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.emulateMedia({ colorScheme: 'dark' })
    for (const path of PAGES) {
      await browser.go(path)
      await page.locator('main h1').waitFor()
      await shoot(`dark${path.replaceAll('/', '-')}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
  })

  it('had no error, and asked no other host for anything', () => {
    assert.deepEqual(browser.faults, [])
    world.assert_contract_kept()
  })
})
