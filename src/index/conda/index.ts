/**
 * What conda's channels have. Takes names and addresses of channels, gives the builds of a package,
 * decoded when they are asked for. May touch the network (through the client only) and files: local
 * channels, and its own folder in the cache, in which each list is kept with the places of its names.
 */
export { CHANNEL_ADDRESSES, WELL_KNOWN_CHANNELS } from "./channel-addresses.ts";
export { type AskedChannel, channelPlaces, type PlaceOptions } from "./channel-place.ts";
export { CHANNEL_ERRORS } from "./errors.ts";
export { openChannel } from "./open-channel.ts";
export { type FolderOptions, openFolder } from "./open-folder.ts";
export { readMapping } from "./read-mapping.ts";
export type { ChannelPlace, CondaFolder, CondaRecord } from "./types.ts";
