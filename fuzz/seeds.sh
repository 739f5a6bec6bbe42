#!/bin/sh
# Makes the first corpora from the sample newsroom, one input a file.
set -eu
cd "$(dirname "$0")"
for target in chain decode front_matter plain markdown html dates; do
    mkdir -p "corpus/$target"
done
find ../feeds/releases -type f ! -name '*.png' ! -name '*.pdf' | LC_ALL=C sort | while read -r file; do
    name=$(basename "$file")
    # The byte that chooses the name: the position in the list of names.
    case $name in
        *.md) byte='\001' ;; *.html) byte='\002' ;; NEWS) byte='\004' ;; *.Debian) byte='\005' ;; *.eml) byte='\006' ;;
        *) byte='\000' ;;
    esac
    for target in plain markdown html front_matter; do
        cp "$file" "corpus/$target/$name"
    done
    for target in chain decode; do
        { printf "$byte"; cat "$file"; } > "corpus/$target/$name"
    done
    { printf '\000'; head -c 600 "$file"; } > "corpus/dates/$name"
    # Pairs of files, so that evidence crosses them.
    [ -z "${last:-}" ] || { printf '\000'; head -c 2000 "$last"; printf "\036$byte"; head -c 2000 "$file"; } > "corpus/chain/pair-$name"
    last=$file
done
