/** Where channels are whose address does not follow from their name. `conda` is both of its parts. */
export const CHANNEL_ADDRESSES: Readonly<Record<string, readonly ChannelAddress[]>> = {
  conda: [
    { name: "conda/main", url: "https://repo.anaconda.com/pkgs/main/" },
    { name: "conda/r", url: "https://repo.anaconda.com/pkgs/r/" },
  ],
  defaults: [
    { name: "conda/main", url: "https://repo.anaconda.com/pkgs/main/" },
    { name: "conda/r", url: "https://repo.anaconda.com/pkgs/r/" },
  ],
  "conda/main": [{ name: "conda/main", url: "https://repo.anaconda.com/pkgs/main/" }],
  "conda/r": [{ name: "conda/r", url: "https://repo.anaconda.com/pkgs/r/" }],
  "conda/free": [{ name: "conda/free", url: "https://repo.anaconda.com/pkgs/free/" }],
  "conda/msys2": [{ name: "conda/msys2", url: "https://repo.anaconda.com/pkgs/msys2/" }],
  main: [{ name: "conda/main", url: "https://repo.anaconda.com/pkgs/main/" }],
  r: [{ name: "conda/r", url: "https://repo.anaconda.com/pkgs/r/" }],
  free: [{ name: "conda/free", url: "https://repo.anaconda.com/pkgs/free/" }],
  msys2: [{ name: "conda/msys2", url: "https://repo.anaconda.com/pkgs/msys2/" }],
  "pkgs/main": [{ name: "conda/main", url: "https://repo.anaconda.com/pkgs/main/" }],
  "pkgs/r": [{ name: "conda/r", url: "https://repo.anaconda.com/pkgs/r/" }],
  "pkgs/free": [{ name: "conda/free", url: "https://repo.anaconda.com/pkgs/free/" }],
  "pkgs/msys2": [{ name: "conda/msys2", url: "https://repo.anaconda.com/pkgs/msys2/" }],
  nvidia: [{ name: "nvidia", url: "https://conda.anaconda.org/nvidia/" }],
  intel: [{ name: "intel", url: "https://software.repos.intel.com/python/conda/" }],
};

/** Below this, every other channel is by its name. */
export const CHANNEL_HOST = "https://conda.anaconda.org/";

/** Names that people use without meaning a channel of the default host by chance. */
export const WELL_KNOWN_CHANNELS: readonly string[] = [
  "conda-forge",
  "bioconda",
  "pytorch",
  "nvidia",
  "intel",
  "conda",
  "defaults",
  "conda/main",
  "conda/r",
  "conda/free",
  "conda/msys2",
  "anaconda",
  "rapidsai",
  "robostack",
  "plotly",
  "fastai",
  "huggingface",
];

export interface ChannelAddress {
  readonly name: string;
  readonly url: string;
}
