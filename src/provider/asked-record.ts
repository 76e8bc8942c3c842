import type { CondaRecord } from "../index/index.ts";
import type { CondaCandidate } from "../version/index.ts";

/** What specs can ask of a record, looked up when they do. */
export class AskedRecord implements CondaCandidate {
  private readonly record: CondaRecord;

  constructor(record: CondaRecord) {
    this.record = record;
  }

  get name(): string {
    return this.record.name;
  }

  get version(): string {
    return this.record.version;
  }

  get build(): string {
    return this.record.build;
  }

  get build_number(): number {
    return this.record.buildNumber;
  }

  get channel(): string {
    return this.record.channel;
  }

  get subdir(): string {
    return this.record.subdir;
  }

  get fn(): string {
    return this.record.filename;
  }

  get url(): string {
    return this.record.url;
  }

  get md5(): string | undefined {
    return this.record.md5;
  }

  get sha256(): string | undefined {
    return this.record.sha256;
  }

  get track_features(): string | undefined {
    const { trackFeatures } = this.record;
    return trackFeatures.length === 0 ? undefined : trackFeatures.join(" ");
  }
}
