// rdf-validate-shacl and shacl-engine on N3's store, each in a process of its own. Called like python_peers.py:
// CONTENDER SHAPES DATA SYNTAX HELD_SECONDS REPORT OUT. It is copied beside the node_modules that it imports.

import fs from 'node:fs'
import { performance } from 'node:perf_hooks'
import Environment from '@rdfjs/environment'
import DataFactory from '@rdfjs/data-model/Factory.js'
import DatasetFactory from '@rdfjs/dataset/Factory.js'
import { Parser, Store, StreamParser, Writer } from 'n3'

const [contender, shapes, data, syntax, held, report, out] = process.argv.slice(2)
const lines = []
let phases = new Map()

function peak () {
  const line = /^VmHWM:\s*(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))
  return line ? Number(line[1]) * 1024 : 0
}

/** The phases of a round, each the sum over its documents. */
async function timed (phase, call) {
  const began = BigInt(Date.now()) * 1000000n
  const start = performance.now()
  const value = await call()
  const seconds = (performance.now() - start) / 1000
  const before = phases.get(phase) ?? { began, seconds: 0 }
  phases.set(phase, { began: before.began, seconds: before.seconds + seconds, memory: peak() })
  return value
}

function finish (round) {
  for (const [phase, { began, seconds, memory }] of phases) {
    lines.push(`${round}\t${phase}\t${began}\t${seconds}\t${memory}\n`)
  }
  phases = new Map()
}

function parse (text) {
  const store = new Store()
  store.addQuads(new Parser({ format: 'application/n-triples' }).parse(text))
  return store
}

async function load (path, format) {
  const store = new Store()
  const parser = fs.createReadStream(path).pipe(new StreamParser({ format }))
  for await (const quad of parser) store.addQuad(quad)
  return store
}

async function prepare () {
  if (contender === 'rdf-validate-shacl') {
    const { default: Validator } = await import('rdf-validate-shacl')
    return {
      make: dataset => new Validator(dataset),
      validate: (validator, dataset) => validator.validate(dataset)
    }
  }
  const { Validator } = await import('shacl-engine')
  const factory = new Environment([DataFactory, DatasetFactory])
  return {
    make: dataset => new Validator(dataset, { factory }),
    validate: (validator, dataset) => validator.validate({ dataset })
  }
}

function serialise (dataset) {
  return new Promise((resolve, reject) => {
    const writer = new Writer({ format: 'N-Triples' })
    for (const quad of dataset) writer.addQuad(quad)
    writer.end((error, text) => error ? reject(error) : resolve(text))
  })
}

const { make, validate } = await prepare()
const validator = await timed('shapes', async () => make(await load(shapes, 'text/turtle')))
const format = syntax === 'turtle' ? 'text/turtle' : 'application/n-triples'
const documents = syntax === 'events' ? fs.readFileSync(data, 'utf8').split('\n\n').slice(0, -1) : [data]
let until = Infinity
for (let round = 0; ; round++) {
  const reports = []
  for (const document of documents) {
    const dataset = await timed('load', () => syntax === 'events' ? parse(document) : load(document, format))
    const done = await timed('validate', () => validate(validator, dataset))
    if (round === 0 && report !== '-') reports.push(await timed('report', () => serialise(done.dataset)))
  }
  finish(round)
  if (round === 0) {
    if (report !== '-') fs.writeFileSync(report, reports.join('# document\n'))
    until = performance.now() + Number(held) * 1000
  }
  if (Number(held) === 0 || (round > 0 && performance.now() > until)) break
}
fs.writeFileSync(out, lines.join(''))
