import { errorMaker, EXIT, type ErrorEntry, type ErrorMaker } from "../../base/index.ts";

type ChannelErrorCode =
  | "channel-invalid"
  | "channel-missing"
  | "channel-bad-answer"
  | "channel-offline"
  | "channel-unauthorized"
  | "mapping-invalid";

/** What can go wrong with conda's channels. */
export const CHANNEL_ERRORS: Readonly<Record<ChannelErrorCode, ErrorEntry>> = {
  "channel-invalid": {
    exit: EXIT.badInput,
    title: "A channel is neither a name nor an address",
    explain:
      "A channel is a name (`conda-forge`, `conda/main`), an http(s) or file URL of a folder with " +
      "`linux-64/` and `noarch/` below it, or a repodata.json file. What a name stands for can be " +
      'said in mach-nix.toml: `[channels]`, `name = "URL"`.',
  },
  "channel-missing": {
    exit: EXIT.network,
    title: "There is no such channel",
    explain:
      "The address has no repodata.json for the platform, nor for `noarch`. The channel's name may " +
      "be misspelt, or it may need credentials.",
  },
  "channel-bad-answer": {
    exit: EXIT.network,
    title: "A channel's repodata is not what it should be",
    explain:
      "A repodata.json is a JSON object with `packages` and `packages.conda`, in which every key " +
      "is a file's name and every value says what the package needs. The message says where it is " +
      "not. Ask the channel's owner, or leave the channel out.",
  },
  "channel-offline": {
    exit: EXIT.network,
    title: "A channel was never read, and the network is not to be used",
    explain:
      "With `--offline` only what was kept from earlier runs is used. Run the same command once " +
      "without `--offline`; afterwards it works without the network.",
  },
  "channel-unauthorized": {
    exit: EXIT.network,
    title: "The channel wants credentials, or refuses those given",
    explain:
      "The channel answered 401 or 403. Credentials come from its URL in `[channels]` " +
      "(`https://user:password@host/…`, `https://host/t/TOKEN/…`) or from a netrc file.",
  },
  "mapping-invalid": {
    exit: EXIT.badInput,
    title: "A mapping of conda's names to PyPI's cannot be read",
    explain:
      "A mapping is a JSON object (it may be compressed: `.zst`, `.gz`): conda's name, then the " +
      "list of PyPI's names, one name, or null where it is no Python project. `[mapping]` in " +
      "mach-nix.toml says the same for single names.",
  },
};

export const channelError: ErrorMaker<typeof CHANNEL_ERRORS> = errorMaker(CHANNEL_ERRORS);
