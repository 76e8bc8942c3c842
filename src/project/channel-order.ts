import type { ChannelPlan } from "./channels.ts";

/** The words of channels that may give Python, best first. */
export function pythonChannels({ rules, words }: ChannelPlan): readonly string[] {
  return pythonProviders(rules).filter((word) => words.has(word));
}

/** Those that give it though this machine may have it: before any other provider of Python. */
export function firstPythonChannels({ rules, words }: ChannelPlan): readonly string[] {
  const providers = pythonProviders(rules);
  const end = providers.findIndex((word) => !words.has(word));
  return end < 0 ? providers : providers.slice(0, end);
}

function pythonProviders(rules: ChannelPlan["rules"]): readonly string[] {
  const rule =
    rules.find(({ name }) => name === "python") ?? rules.find(({ name }) => name === "_default");
  return rule?.providers ?? [];
}
