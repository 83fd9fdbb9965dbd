import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** A Chromium of this machine: CHROMIUM names one, else one of the search path. Nothing is downloaded. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM']
  if (named !== undefined && named !== '') return named
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) => existsSync(path))
}

/** Why a test of the page is skipped; false when it need not be. */
export const NO_BROWSER =
  chromiumPath() === undefined
    ? 'no Chromium here: install one (apt-get install chromium) or name it with CHROMIUM'
    : false

/** A browser that ends with the test. */
export async function openBrowser(t: TestContext): Promise<Browser> {
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new Error(String(NO_BROWSER))
  // The sandbox needs rights that root in a container has not.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath, args })
  t.after(() => browser.close())
  return browser
}

/** What a page did that it should not: requests beyond its own file, messages on the console, errors, dialogs. */
export interface Misdeeds {
  readonly requests: string[]
  readonly messages: string[]
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly page: Page; readonly misdeeds: Misdeeds }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const misdeeds: Misdeeds = { requests: [], messages: [] }
  context.on('request', (request) => {
    if (request.url() !== url) misdeeds.requests.push(request.url())
  })
  context.on('page', (other) => {
    if (other !== page) misdeeds.messages.push('it opened a window')
  })
  page.on('console', (message) => misdeeds.messages.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => misdeeds.messages.push(error.message))
  page.on('dialog', (dialog) => {
    misdeeds.messages.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await page.goto(url)
  return { page, misdeeds }
}
