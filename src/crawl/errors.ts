import { type ErrorEntry, errorMaker, type ErrorMaker, EXIT } from "../base/index.ts";

type CrawlCode = "crawl-busy" | "crawl-data" | "crawl-names" | "crawl-setuptools";

/** What can go wrong with a crawl as a whole; what goes wrong with one release is part of its data. */
export const CRAWL_ERRORS: Readonly<Record<CrawlCode, ErrorEntry>> = {
  "crawl-busy": {
    exit: EXIT.failed,
    title: "Another crawl works on the same data",
    explain:
      "Two crawls that wrote the same files would lose each other's results. Wait for the other one, " +
      "whose process the message names. A crawl that was killed blocks nobody.",
  },
  "crawl-data": {
    exit: EXIT.badInput,
    title: "A file of the data is not what a crawl writes",
    explain:
      "A crawl adds to the files of pypi-deps-db that are there. One that cannot be read as such is not " +
      "overwritten: restore it, or remove it, and the crawl makes it anew.",
  },
  "crawl-names": {
    exit: EXIT.badInput,
    title: "There is no list of projects to crawl",
    explain:
      "`--packages FILE` has a project's name on each line; `#` begins a comment. Without it the index " +
      "must list its projects, as the JSON form of its own page does (PEP 691).",
  },
  "crawl-setuptools": {
    exit: EXIT.failed,
    title: "No setuptools fits a Python",
    explain:
      "setup.py is run with setuptools, which comes from the index: the newest wheel that the Python can " +
      "use and that `setuptools` in crawl.toml allows. The index has none.",
  },
};

export const crawlError: ErrorMaker<typeof CRAWL_ERRORS> = errorMaker(CRAWL_ERRORS);
