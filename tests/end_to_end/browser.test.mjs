// The admin page in a real browser: the first day of an admin, live.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { open_pfx } from '../practice/halopsa/pfx.mjs'
import { Browser, why_no_browser } from './support/browser.mjs'
import { World } from './support/world.mjs'

const PASSWORD = 'a long walk by the river 7'
const PAGES = ['/', '/deliveries', '/certificates', '/webhook', '/link', '/settings', '/log', '/maintenance']
// Kept where this names a folder, else made in a temporary one.
const kept = process.env.MIZO_SCREENSHOTS

describe('the admin page', { skip: why_no_browser ?? false }, () => {
  let world
  let browser
  let page
  let screenshots
  before(async () => {
    screenshots = kept ?? mkdtempSync(join(tmpdir(), 'mizo-screens-'))
    world = await World.start({ certificate: false, enroll: false })
    browser = await Browser.open(world.daemon.admin_url)
    ;({ page } = browser)
  })
  after(async () => {
    await browser?.close()
    await world?.close()
    if (!kept) rmSync(screenshots, { recursive: true, force: true })
  })

  const shoot = (name, fullPage = true) =>
    page.screenshot({ path: join(screenshots, `${name}.png`), fullPage })
  const button = (name) => page.getByRole('button', { name })

  it('lets the first admin in with the set-up code, and with it alone', async () => {
    await browser.go('/')
    await page.getByLabel('Set-up code').fill('AAAA-BBBB-CCCC-DDDD')
    await page.getByLabel('New password').fill(PASSWORD)
    await page.getByLabel('Repeat the password').fill(PASSWORD)
    await button('Set password and continue').click()
    await page
      .getByText(/code is wrong/i)
      .first()
      .waitFor()
    browser.faults.length = 0 // the browser itself tells of the 401
    await page.getByLabel('Set-up code').fill(world.daemon.setup_code)
    await shoot('set-up')
    await button('Set password and continue').click()
    // On the first day a sign-in leads to the guide.
    await page.getByRole('heading', { name: 'Setup guide' }).waitFor()
    await page.getByRole('link', { name: 'Overview' }).first().click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await shoot('overview-empty')
  })

  it('makes a certificate, gives the PFX, and shows its password until the page is left', async () => {
    await page.getByRole('link', { name: 'Certificates' }).first().click()
    await button('New certificate').first().click()
    await shoot('certificate-new')
    await button('Make certificate').click()
    const loading = page.waitForEvent('download')
    await button('Download PFX').click()
    const download = await loading
    assert.equal(download.suggestedFilename(), 'mizo-webhook.pfx')
    await button('Show password').click()
    await page.getByText('Password of the PFX').waitFor()
    const [{ id }] = (await world.admin.get('/certificates')).items
    const password = await world.admin.password(id)
    await page.getByText(password).first().waitFor()
    await shoot('certificate')
    const pfx = readFileSync(await download.path())
    await world.halo.load_certificate(pfx, password)
    assert.equal(world.halo.certificate().thumbprint, (await open_pfx(pfx, password)).thumbprint)
    await page.getByRole('link', { name: 'Overview' }).first().click()
    await page.getByRole('link', { name: 'Certificates' }).first().click()
    await page.getByText(world.halo.certificate().thumbprint.match(/.{4}/g).join(' ')).first().waitFor()
    assert.ok(!(await page.content()).includes(password), 'the password is gone with the page')
  })

  it('shows what is pasted into HaloPSA', async () => {
    await world.point_webhook()
    await page.getByRole('link', { name: 'Webhook' }).first().click()
    await page.getByText(world.webhook_path).first().waitFor()
    await shoot('webhook')
  })

  it('shows a delivery arrive without being loaded again', async () => {
    await page.getByRole('link', { name: 'Deliveries' }).first().click()
    await page.getByText('No deliveries yet').waitFor()
    await page.evaluate(() => {
      window.never_loaded_again = true
    })
    const rows = page.locator('tbody')
    const from = performance.now()
    assert.equal((await world.send({ kind: 'created', ticket_id: 5501 })).responsestatus, 200)
    await rows.getByText('5501').first().waitFor()
    assert.ok(performance.now() - from < 3000, 'live')
    await world.enroll()
    await world.drained()
    await rows.getByText('With Mizo').first().waitFor()
    await world.send({ kind: 'action_added', payload: 'full', ticket_id: 5502 })
    await world.send({ kind: 'created', forged: true })
    await rows.getByText('5502').first().waitFor()
    await rows.getByText('Rejected').first().waitFor()
    assert.equal(await page.evaluate(() => window.never_loaded_again), true)
    await shoot('deliveries')
  })

  it('finds by the search language, which stands in the address', async () => {
    await browser.go('/deliveries?q=outcome:rejected')
    await page.locator('tbody tr').first().waitFor()
    assert.equal(await page.locator('tbody tr').count(), 1)
    await page.locator('tbody a').first().click()
    await page.getByRole('heading', { name: 'Verification' }).waitFor()
    await shoot('delivery-rejected')
    await page
      .getByText(/No accepted certificate made this signature/)
      .first()
      .waitFor()
  })

  it('shows one delivery with its way, and sends its event again', async () => {
    await browser.go('/deliveries?q=ticket:5502')
    await page.locator('tbody a').first().click()
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
    for (const text of ['Verified', 'With Mizo', 'SHA-256 of the body'])
      await page.getByText(text).first().waitFor()
    await shoot('delivery', false)
    const before_it = world.cloud.events().unique
    await button('Send again').first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
    await world.admin_until(() => world.cloud.events().unique === before_it + 1, { what: 'it came again' })
  })

  it('shows the whole way green on the overview', async () => {
    await browser.go('/')
    await page.getByText('Delivering').first().waitFor()
    await shoot('overview')
  })

  it('speaks French when asked, on every page', async () => {
    await page.getByLabel('Language').selectOption('fr')
    await page.getByRole('link', { name: 'Certificats' }).first().waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr')
    for (const path of PAGES) {
      await browser.go(path)
      await page.locator('main h1').waitFor()
      assert.doesNotMatch(
        await page.locator('main').innerText(),
        /\b(Settings|Loading|Deliveries|Password|Search)\b/,
        path,
      )
    }
    await browser.go('/')
    await page.locator('main h1').waitFor()
    await shoot('overview-french')
    await page.getByLabel('Langue').selectOption('en')
  })

  it('fits the width of a phone, on every page', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    for (const path of PAGES) {
      await browser.go(path)
      await page.locator('main h1').waitFor()
      await page.waitForLoadState('load')
      assert.ok((await browser.overflow()) <= 0, `${path} scrolls sideways`)
      await shoot(`phone${path === '/' ? '-overview' : path.replace('/', '-')}`)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  it('signs out, and back in with the password alone', async () => {
    await browser.go('/')
    await button('Sign out').click()
    await page.getByLabel('Password').fill('not the password at all')
    await button('Sign in').click()
    await page
      .getByText(/password is wrong/i)
      .first()
      .waitFor()
    browser.faults.length = 0 // the browser itself tells of the 401
    await page.getByLabel('Password').fill(PASSWORD)
    await button('Sign in').click()
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
  })

  it('had no error, and asked no other host for anything', () => {
    assert.deepEqual(browser.faults, [])
    world.assert_contract_kept()
  })
})
