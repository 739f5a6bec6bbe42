// feedsmith.cjs DIR: reads a feed on standard input with the feedsmith that npm installed below DIR, and prints what it
// made of it as JSON.
const { createRequire } = require('node:module')
const { resolve } = require('node:path')
const { readFileSync } = require('node:fs')

const { parseFeed } = createRequire(resolve(process.argv[2]) + '/')('feedsmith')
process.stdout.write(JSON.stringify(parseFeed(readFileSync(0, 'utf8')).feed))
