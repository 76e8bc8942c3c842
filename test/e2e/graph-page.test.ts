// The page of the graph in a real browser: Debian's Chromium, driven by playwright-core.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXPORTS } from "../../src/emit/index.ts";
import type { Lock, LockedTarget } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "../lock/sample-lock.ts";
import { scratch } from "./program.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
);
if (CHROMIUM === undefined) console.warn("no Chromium here: the page of the graph is not tested");

const folder = scratch("graph-page");

async function writePage(name: string, lock: Lock): Promise<string> {
  const path = join(folder, `${name}.html`);
  const places = { absolute: (path: string) => path, relative: (path: string) => path };
  writeFileSync(path, await EXPORTS.html({ lock, targets: lock.targets, places }));
  return pathToFileURL(path).href;
}

/** As many packages and arrows as Airflow with its providers has. */
function largeLock(): Lock {
  const needs = Array.from({ length: 300 }, (_, i) =>
    [i * 2 + 1, i * 2 + 2, (i * 7) % 300, 299].filter((to) => to > i && to < 300),
  );
  return lockOf(
    needs.map((dependencies, i) =>
      pin(`package-${i}`, {
        provider: i % 5 === 4 ? "conda-forge" : "wheel",
        dependencies: [...new Set(dependencies)].map((to) => `package-${to}`),
        requestedBy: [
          ...needs.flatMap((tos, from) => (tos.includes(i) ? [`package-${from}`] : [])),
          ...(i === 0 ? ["input"] : []),
        ],
      }),
    ),
  );
}

/** The relative luminance of a colour (WCAG 2), near enough. */
async function luminance(page: Page, selector: string, property: string): Promise<number> {
  const color = await page.evaluate<string>(
    `getComputedStyle(document.querySelector("${selector}")).${property}`,
  );
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(
    (part) => (Number(part) / 255) ** 2.2,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What went wrong in a page, and what it asked the network for. */
interface Watched {
  readonly page: Page;
  readonly troubles: string[];
}

describe.skipIf(CHROMIUM === undefined)("the page of the graph", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM as string });
  });
  afterAll(() => browser.close());

  async function open(
    url: string,
    options: { width?: number; height?: number; dark?: boolean } = {},
  ): Promise<Watched> {
    const { width = 1280, height = 800, dark = false } = options;
    const page = await browser.newPage({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      reducedMotion: "reduce",
    });
    const troubles: string[] = [];
    page.on("console", (message) => troubles.push(message.text()));
    page.on("pageerror", (error) => troubles.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== url) troubles.push(request.url());
    });
    await page.goto(url);
    return { page, troubles };
  }

  const listed = (page: Page): Promise<string[]> => page.locator("#list .name").allTextContents();
  const inPicture = (page: Page): Promise<string[]> =>
    page.locator("#nodes .node:not(.away) .name").allTextContents();

  test("a package that is clicked on: version, provider, size, who needs it, what it needs", async () => {
    const { page, troubles } = await open(await writePage("small", sampleLock()));
    expect(await page.title()).toBe("5 packages for 3.11-linux-x86_64");
    expect(await page.locator("#summary").textContent()).toContain("1 asked for · 50 B");
    await page.locator(".node", { hasText: "jinja2" }).click();
    const details = page.locator("#details");
    const lines = (await details.innerText()).split(/\n+/);
    expect(lines.slice(0, 9)).toEqual([
      "All packages",
      "jinja2",
      "1.0",
      "wheel",
      "Size",
      "10 B",
      "With all it needs",
      "3 packages, 30 B",
      "File",
    ]);
    expect(await details.locator(".way .name").allTextContents()).toEqual(["flask", "jinja2"]);
    expect(await details.locator(".way code").textContent()).toBe("flask[async,dotenv]>=3");
    expect(await details.locator("ul").nth(0).innerText()).toMatch(/flask[^]*markupsafe/);
    expect((await inPicture(page)).toSorted()).toEqual([
      "colorama",
      "flask",
      "jinja2",
      "markupsafe",
    ]);
    expect(page.url()).toMatch(/#jinja2$/);
    await details.locator("ul").nth(1).getByText("colorama").click();
    expect(await details.locator("h2").textContent()).toBe("colorama");
    await details.getByText("All packages").click();
    expect(await inPicture(page)).toHaveLength(5);
    expect(page.url()).not.toContain("#");
    expect(troubles).toEqual([]);
  });

  test("three hundred packages are there, and found while one types", async () => {
    const { page, troubles } = await open(await writePage("large", largeLock()));
    expect(await listed(page)).toHaveLength(300);
    await page.keyboard.press("/");
    await page.keyboard.type("package_29");
    expect(await listed(page)).toEqual([
      "package-29",
      ...[...Array(10)].map((_, i) => `package-29${i}`),
    ]);
    expect(await page.locator("#status").textContent()).toBe("11 of 300 packages");
    expect(await page.locator(".node:not(.out)").count()).toBe(11);
    await page.keyboard.type("nothing at all");
    expect(await page.locator("#status").textContent()).toContain("No package");
    expect(troubles).toEqual([]);
  });

  test("with the keyboard alone", async () => {
    const { page, troubles } = await open(await writePage("keys", sampleLock()));
    const title = page.locator("#details h2");
    await page.keyboard.press("/");
    await page.keyboard.type("click");
    await page.keyboard.press("Enter");
    expect(await title.textContent()).toBe("click");
    await page.locator("#search").blur();
    await page.keyboard.press("ArrowRight");
    expect(await title.textContent()).toBe("colorama");
    await page.keyboard.press("ArrowLeft");
    expect(await title.textContent()).toBe("click");
    await page.keyboard.press("Escape");
    expect(await page.locator("#details").isHidden()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await listed(page)).toHaveLength(5);
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
    expect(await title.textContent()).toBe("colorama");
    expect(troubles).toEqual([]);
  });

  test("wheel, drag and buttons move the picture; a drag is not a click", async () => {
    const { page, troubles } = await open(await writePage("camera", sampleLock()));
    const scene = page.locator("#scene");
    const view = (): Promise<string | null> => scene.getAttribute("transform");
    const before = await view();
    const box = (await page.locator(".node", { hasText: "flask" }).boundingBox()) as {
      x: number;
      y: number;
    };
    await page.mouse.move(box.x + 20, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 90, box.y + 60, { steps: 4 });
    await page.mouse.up();
    expect(await view()).not.toBe(before);
    expect(await page.locator("#details").isHidden()).toBe(true);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => /scale\((\S+)\)/.exec((await view()) ?? "")?.[1]).not.toBe("1");
    await page.locator("#zoom-fit").click();
    expect(await view()).toBe(before);
    expect(troubles).toEqual([]);
  });

  test("several targets, and providers to choose from", async () => {
    const [first] = sampleLock().targets as [LockedTarget];
    const more = lockOf([pin("zlib", { provider: "conda-forge", build: "h1_0" }), pin("wheelish")]);
    const lock = {
      ...more,
      targets: [first, { ...(more.targets[0] as LockedTarget), name: "3.12-linux-x86_64" }],
    };
    const { page, troubles } = await open(await writePage("targets", lock));
    await page.locator("#target").selectOption({ label: "3.12-linux-x86_64" });
    expect(await listed(page)).toEqual(["zlib", "wheelish"]);
    await page.locator(".legend", { hasText: "wheel" }).click();
    expect(await listed(page)).toEqual(["zlib"]);
    await page.locator("#list button").click();
    expect(await page.locator("#details .chip").allTextContents()).toEqual(["h1_0", "conda-forge"]);
    expect(troubles).toEqual([]);
  });

  test("hostile names are text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const lock = lockOf([pin(name, { version: "</script>", extras: ["<b>"] })], {
      requirements: [name],
    });
    const { page, troubles } = await open(await writePage("hostile", lock));
    await page.locator("#list button").click();
    expect(await page.locator("#details h2").textContent()).toBe(name);
    expect(await page.locator("img, b").count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  test.each([
    ["a phone", { width: 360, height: 740 }],
    ["a dark desktop", { dark: true }],
  ])(
    "%s: nothing is wider than the screen, and text stands out from its ground",
    async (_, size) => {
      const { page, troubles } = await open(await writePage("sizes", largeLock()), size);
      await page.locator("#list button").first().click();
      const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      expect(wide).toBeLessThanOrEqual(0);
      const ink = await luminance(page, "#details h2", "color");
      const ground = await luminance(page, ".panel", "backgroundColor");
      const [light, dark] = ink > ground ? [ink, ground] : [ground, ink];
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(7);
      expect(troubles).toEqual([]);
    },
  );
});
