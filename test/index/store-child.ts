// Appends metadata to a kept project and replaces its listing again and again, beside others.
import { normalizeName } from "../../src/base/index.ts";
import { openProjectStore } from "../../src/index/project-store.ts";
import { groupReleases } from "../../src/index/release-files.ts";

const [folder = "", id = "0"] = process.argv.slice(2);
const demo = normalizeName("demo");
const files = Array.from({ length: 100 }, (_, i) => ({
  filename: `demo-${i}.0-py3-none-any.whl`,
  url: `https://files.test/ab/demo-${i}.0-py3-none-any.whl`,
  yanked: false as const,
  uploadTime: 1000 + i,
}));
const releases = groupReleases(files, demo);
const store = openProjectStore(folder, (error) => {
  throw error;
});
for (let i = 0; i < 30; i++) {
  const kept = store.open(demo);
  const file = releases[99 - (Number(id) * 30 + i)]?.files[0];
  if (kept === undefined || file === undefined) throw new Error("the kept project is gone");
  store.saveMetadata(demo, kept, {
    file,
    metadata: { requiresDist: ["a", "b >= 1"], extras: ["x"] },
  });
  kept.close();
  if (i % 3 === 0) store.save(demo, { fetchedAt: i, url: "https://index.test/", releases });
}
