/** Values that ordinary output is full of: masking them would hide everything else and tell nobody anything. */
const WORDS = new Set(
  `access account actions admin administrator application backend branch bucket build builder cache changeme
  client cluster commit config console container database debug default deploy deployment development disabled docker
  dynamic enabled endpoint environment error example external failed false filename folder github gitlab guest
  import information internal kernel latest linux localhost logging manager master message method module namespace
  network nothing notebook number object offline online option output package parameter passphrase password pipeline
  platform postgres postgresql private process processor production project public python random readonly region
  release remote request required resource response result running runner sample schema script secret secrets server
  service session setting settings source staging standard started status storage string subject success system target
  testing thread timeout token training undefined unknown update username utf-8 utf8 validate value values variable
  verbose version warning window windows worker workflow workspace`
    .split(/\s+/)
    .filter((word) => word.length >= 6),
);

/** `value`: text without white space around it. Letters count in either case. */
export const isCommon = (value: string): boolean => WORDS.has(value.toLowerCase()) || /^(.)\1*$/s.test(value);
