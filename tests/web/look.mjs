// look.mjs ORIGIN NAME=PATH=TEXT...: opens pages of a running server, waits for a text on each and
// takes a picture of it. Fails when a page did anything that it must not do.
import { openPage, startBrowser } from "./browser.mjs";

const [origin, ...wanted] = process.argv.slice(2);
const browser = await startBrowser();
try {
  const tab = await openPage(browser, origin);
  for (const [name, path, text] of wanted.map((word) => word.split("="))) {
    await tab.go(decodeURIComponent(path));
    await tab.page.getByText(text).first().waitFor();
    await tab.shot(name);
    await tab.check();
    console.log(`${name}: ${text}`);
  }
} finally {
  await browser.close();
}
