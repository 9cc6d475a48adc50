// rdf-validate-shacl and shacl-engine on N3's store, each in a process of its own. Called like python_peers.py:
// CONTENDER SHAPES DATA SYNTAX HELD_SECONDS REPORT OUT. It is copied beside the node_modules that it imports.

import fs from 'node:fs'
import { performance } from 'node:perf_hooks'
import Environment from '@rdfjs/environment'
import DataFactory from '@rdfjs/data-model/Factory.js'
import DatasetFactory from '@rdfjs/dataset/Factory.js'
import { Store, StreamParser, Writer } from 'n3'

const [contender, shapes, data, syntax, held, report, out] = process.argv.slice(2)
const lines = []

function peak () {
  const line = /^VmHWM:\s*(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))
  return line ? Number(line[1]) * 1024 : 0
}

async function timed (round, phase, call) {
  const began = BigInt(Date.now()) * 1000000n
  const start = performance.now()
  const value = await call()
  lines.push(`${round}\t${phase}\t${began}\t${(performance.now() - start) / 1000}\t${peak()}\n`)
  return value
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
const validator = await timed(0, 'shapes', async () => make(await load(shapes, 'text/turtle')))
const format = syntax === 'nt' ? 'application/n-triples' : 'text/turtle'
let until = Infinity
for (let round = 0; ; round++) {
  const dataset = await timed(round, 'load', () => load(data, format))
  const done = await timed(round, 'validate', () => validate(validator, dataset))
  if (round === 0) {
    if (report !== '-') fs.writeFileSync(report, await timed(round, 'report', () => serialise(done.dataset)))
    until = performance.now() + Number(held) * 1000
  }
  if (Number(held) === 0 || (round > 0 && performance.now() > until)) break
}
fs.writeFileSync(out, lines.join(''))
