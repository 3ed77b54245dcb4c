#!/bin/sh
# Fetches one published version of Bulkhead, compares it with the integrity that was given, and prints the folder of its program.
# Usage: install.sh VERSION INTEGRITY FOLDER   (INTEGRITY as npm prints it: sha512-BASE64)
set -eu
version=$1 integrity=$2 folder=$3
fail() {
  echo "bulkhead: error: $1" >&2
  echo "bulkhead: hint: $2" >&2
  exit 1
}
case $version in
'' | *[!0-9A-Za-z.+-]*) fail "\`$version\` is not a version" "write it like 1.2.3; a range or a tag would change under you" ;;
esac
case $integrity in
sha512-?*) ;;
*) fail "the integrity of version $version is not given" "\`npm view bulkhead@$version dist.integrity\` prints it; commit it beside the version" ;;
esac
command -v node >/dev/null || fail "there is no Node" "Node 24 or later is needed: actions/setup-node, or the image node:24"
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 24 ] || fail "Node 24 or later is needed, and this is $(node --version)" "actions/setup-node, or the image node:24"
umask 077
mkdir -p "$folder"
cd "$folder"
file=$(npm pack --silent --ignore-scripts --pack-destination . "bulkhead@$version") ||
  fail "version $version could not be fetched" "see that the registry answers from here and has it"
found=sha512-$(node -e 'process.stdout.write(require("node:crypto").createHash("sha512").update(require("node:fs").readFileSync(process.argv[1])).digest("base64"))' "$file")
[ "$found" = "$integrity" ] ||
  fail "version $version is not what was expected: $found" "if you changed the version on purpose, change the integrity too; else look who changed the package"
tar -xzf "$file"
rm "$file"
# What it holds is whole: no dependency is fetched, no script runs.
chmod 755 package/dist/bulkhead
echo "$PWD/package/dist"
