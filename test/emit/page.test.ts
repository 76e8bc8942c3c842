import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { EXPORTS } from "../../src/emit/index.ts";
import type { PageData } from "../../src/emit/page-data.ts";
import type { Lock } from "../../src/lock/index.ts";
import { lockOf, pin, sampleLock } from "../lock/sample-lock.ts";

const PLACES = {
  absolute: (path: string): string => path,
  relative: (path: string): string => path,
};

function pageOf(lock: Lock): string {
  return EXPORTS.html({ lock, targets: lock.targets, places: PLACES }) as string;
}

function contentsOf(page: string, element: RegExp): string[] {
  return [...page.matchAll(element)].map(([, text = ""]) => text);
}

test("the data: packages in the order of the lock, who needs whom, and what was asked for", () => {
  const [json = ""] = contentsOf(pageOf(sampleLock()), /id="data">([^<]*)</g);
  const { targets, providers } = JSON.parse(json) as PageData;
  expect(providers.map(({ name }) => name)).toEqual(["wheel"]);
  expect(targets).toHaveLength(1);
  expect(targets[0]?.packages).toMatchObject([
    { name: "click", needs: [1], size: 10 },
    { name: "colorama", needs: [] },
    {
      name: "flask",
      needs: [0, 3],
      asked: ["flask[async,dotenv]>=3"],
      extras: ["async", "dotenv"],
    },
    { name: "jinja2", needs: [1, 4] },
    { name: "markupsafe", needs: [3], back: [3] },
  ]);
});

test("nothing of it is from elsewhere, and its policy allows nothing but its own script and style", () => {
  const page = pageOf(sampleLock());
  expect(page).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:)/);
  const [policy = ""] = contentsOf(page, /Content-Security-Policy" content="([^"]*)"/g);
  expect(policy).toMatch(/^default-src 'none';/);
  const texts = contentsOf(page, /<(?:style|script)>([^]*?)<\/(?:style|script)>/g);
  expect(texts).toHaveLength(2);
  for (const text of texts) {
    const hash = createHash("sha256").update(text).digest("base64");
    expect(policy).toContain(`'sha256-${hash}'`);
  }
  expect(page).not.toMatch(/^(?:import|export) /m);
  expect(page).not.toContain("<!--");
});

test("names cannot end the data", () => {
  const hostile = '</script><script>alert(1)</script><!--<script>"\u2028$&';
  const page = pageOf(lockOf([pin(hostile, { version: hostile })], { requirements: [hostile] }));
  expect(page).not.toContain("alert(1)</script>");
  expect(contentsOf(page, /(<script)/g)).toHaveLength(2);
  const [json = ""] = contentsOf(page, /id="data">([^<]*)</g);
  expect((JSON.parse(json) as PageData).targets[0]?.packages[0]?.name).toBe(hostile);
});

test("the same lock gives the same page", () => {
  expect(pageOf(sampleLock())).toBe(pageOf(sampleLock()));
});
