import type { LockedBuild } from "../../lock/index.ts";
import type { StorePath } from "../../store/index.ts";
import type { Target } from "../../target/index.ts";
import { installables } from "../installables.ts";
import { installPins } from "../install-pins.ts";
import type { Session } from "../session.ts";
import type { Book } from "./book.ts";
import { cratesOf } from "./crates.ts";
import { makeBuildEnvironment, type TemporaryBuildEnvironment } from "./build-environment.ts";
import { sandboxKind } from "./sandbox-kind.ts";
import { type LockWorkshopOptions, openLockWorkshop } from "./lock-workshop.ts";
import type { Workshop } from "./workshop.ts";

/** Where source distributions are built while a lock is made, for each Python wanted. */
export class Workshops {
  private readonly session: Session;
  private readonly options: LockWorkshopOptions;
  private readonly opened = new Map<string, Promise<Workshop>>();

  constructor(session: Session, options: LockWorkshopOptions) {
    this.session = session;
    this.options = options;
  }

  /**
   * Does work in an environment with a build's closure, whose objects are made if need be. Throws the
   * fetch, build, store and environment stages' errors.
   */
  withEnvironment<T>(
    build: LockedBuild,
    book: Book,
    work: (environment: TemporaryBuildEnvironment, workshop: Workshop) => Promise<T>,
  ): Promise<T> {
    return this.withObjects(build, book, async (objects, workshop) => {
      const environment = await makeBuildEnvironment(objects, workshop);
      try {
        const crates = await cratesOf(build, book, workshop);
        return await work({ ...environment, crates }, workshop);
      } finally {
        environment.remove();
      }
    });
  }

  /** Does work while the objects of a build's closure are there. Throws as `withEnvironment` does. */
  async withObjects<T>(
    { pins }: LockedBuild,
    book: Book,
    work: (objects: readonly StorePath[], workshop: Workshop) => Promise<T>,
  ): Promise<T> {
    const workshop = await this.workshop(book.target);
    const { store, interpreter, session } = workshop;
    const { base } = this.options;
    const place = { store, interpreter, sandbox: sandboxKind(session), base };
    return store.shared(async () => {
      const items = installables(book, { target: { pins, builds: book.builds }, ...place });
      await installPins(items, workshop);
      const objects = items.map(({ object }) => object);
      return work(objects, workshop);
    });
  }

  private workshop({ python: { text } }: Target): Promise<Workshop> {
    let workshop = this.opened.get(text);
    if (workshop === undefined) {
      workshop = openLockWorkshop(this.session, text, this.options);
      this.opened.set(text, workshop);
    }
    return workshop;
  }
}
