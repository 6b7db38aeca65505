// Chromium on a page, with an account of what must not happen: errors, and requests to anybody else.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const EXECUTABLE = process.env.MIZO_CHROMIUM ?? '/usr/bin/chromium'

// Why there is no browser here, or null.
export const why_no_browser = existsSync(EXECUTABLE) ? null : `there is no ${EXECUTABLE}`

export class Browser {
  faults = []
  #hosts = new Set()

  static async open(url, options = {}) {
    const browser = new Browser()
    browser.url = url
    browser.process = await chromium.launch({
      executablePath: EXECUTABLE,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    })
    browser.context = await browser.process.newContext({ locale: 'en-US', acceptDownloads: true, ...options })
    browser.page = await browser.context.newPage()
    browser.page.setDefaultTimeout(30_000)
    browser.allow(new URL(url).host)
    browser.#watch()
    return browser
  }

  // Requests to this host are no fault.
  allow(host) {
    this.#hosts.add(host)
  }

  #watch() {
    const note = (what) => this.faults.push(what)
    this.page.on('console', (message) => {
      if (message.type() === 'error') note(`console: ${message.text()} ${message.location().url}`)
    })
    this.page.on('pageerror', (error) => note(`page: ${error.message}`))
    this.context.on('request', (request) => {
      const url = new URL(request.url())
      if (url.protocol.startsWith('http') && !this.#hosts.has(url.host)) note(`request to ${url.host}`)
    })
  }

  go(path) {
    return this.page.goto(`${this.url}${path}`)
  }

  // How much wider than the window the page is.
  overflow() {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
  }

  close() {
    return this.process.close()
  }
}
