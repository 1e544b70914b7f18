/** PJRT plug-ins on this machine. */
export {
  findCompiler,
  findPlugins,
  kindOf,
  ownFolders,
  type Plugin,
  type PluginKind,
  whyNoAccelerator,
  whyUnavailable,
} from "./locate.ts";
export { selfTest } from "./self-test.ts";
export { loadVendorLibraries, vendorLibraries } from "./vendor-libraries.ts";
