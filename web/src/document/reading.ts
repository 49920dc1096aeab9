/** From the text of an experiment file to the experiment. What cannot be understood is left out: the server tells it. */
import { isMap, isScalar, isSeq, type Node as Tree, type Pair, parseDocument, type YAMLMap } from 'yaml'

import {
  DATASET_MODULE,
  DATASET_PARAMETER,
  type Experiment,
  type ExperimentNode,
  type Named,
  type Note,
  NOTE_SIZE,
  own,
  type Place,
  type Plain,
  type ServiceParameter,
  type WebService,
} from './types'

type Entries = Readonly<Record<string, Tree | null>>

/** What a text is no experiment for; `message` says why. */
export class Unreadable extends Error {}

/** Raises Unreadable for what is no YAML or no mapping. */
export function read(text: string): Experiment {
  const parsed = parseDocument(text, { uniqueKeys: false, prettyErrors: true })
  const [wrong] = parsed.errors
  if (wrong) throw new Unreadable(wrong.message)
  if (!isMap(parsed.contents)) throw new Unreadable('An experiment begins with `bottega: 1` and has `nodes:`.')
  const top = entries(parsed.contents)
  const nodes = named(top.nodes, readNode)
  return {
    title: words(top.title),
    description: words(top.description),
    environment: words(top.environment).trim(),
    nodes,
    service: readService(top.web_service),
    notes: named(top.notes, readNote),
    groups: readGroups(top.groups, nodes),
    layout: named(top.layout, (place, id) => (own(nodes, id) ? readPlace(place) : undefined)),
  }
}

function readNode(tree: Tree | null): ExperimentNode {
  const had = entries(tree)
  const rest = { comment: words(had.comment), pinned: words(had.pinned) }
  if (had.dataset !== undefined) {
    const dataset = isScalar(had.dataset) ? words(had.dataset) : plain(had.dataset)
    return { module: DATASET_MODULE, inputs: {}, parameters: { [DATASET_PARAMETER]: dataset }, ...rest }
  }
  const inputs = named(had.inputs, (source) => words(source) || undefined)
  return { module: words(had.module), inputs, parameters: named(had.parameters, plain), ...rest }
}

function readService(tree: Tree | null | undefined): WebService {
  const had = entries(tree)
  return {
    inputs: named(had.inputs, (each) => listOfWords(each)),
    outputs: named(had.outputs, (each) => words(each) || undefined),
    parameters: named(had.parameters, readParameter),
  }
}

function readParameter(tree: Tree | null): ServiceParameter | undefined {
  const had = isMap(tree) ? entries(tree) : { sets: tree }
  const sets = listOfWords(had.sets)
  if (!sets) return undefined
  return {
    sets,
    required: plain(had.required ?? null) === true,
    default: had.default === undefined ? undefined : plain(had.default),
    description: words(had.description),
  }
}

function readNote(tree: Tree | null): Note | undefined {
  const had = entries(tree)
  const at = readPlace(had.at)
  const size = had.size === undefined ? NOTE_SIZE : readPlace(had.size)
  return had.text !== undefined && at && size ? { text: words(had.text), at, size } : undefined
}

function readGroups(tree: Tree | null | undefined, nodes: Named<ExperimentNode>): Named<readonly string[]> {
  const taken = new Set<string>()
  return named(tree, (each) => {
    const members = (isSeq(each) ? (listOfWords(each) ?? []) : []).filter((id) => own(nodes, id) && !taken.has(id))
    members.forEach((id) => taken.add(id))
    return members.length ? [...new Set(members)] : undefined
  })
}

function readPlace(tree: Tree | null | undefined): Place | undefined {
  const value = plain(tree ?? null)
  if (!Array.isArray(value) || value.length !== 2) return undefined
  const [x, y] = value as readonly Plain[]
  return typeof x === 'number' && typeof y === 'number' && Number.isFinite(x) && Number.isFinite(y) ? [x, y] : undefined
}

/** The entries of a mapping; of equal keys the first counts. */
function entries(tree: Tree | null | undefined): Entries {
  if (!isMap(tree)) return {}
  const found = new Map<string, Tree | null>()
  for (const pair of (tree as YAMLMap<Tree, Tree | null>).items) {
    const key = keyOf(pair)
    if (key !== null && !found.has(key)) found.set(key, pair.value)
  }
  return Object.fromEntries(found)
}

function named<T>(tree: Tree | null | undefined, change: (value: Tree | null, key: string) => T | undefined): Record<string, T> {
  const found: [string, T][] = []
  for (const [key, value] of Object.entries(entries(tree))) {
    const changed = change(value, key)
    if (changed !== undefined) found.push([key, changed])
  }
  return Object.fromEntries(found)
}

function keyOf(pair: Pair<Tree, Tree | null>): string | null {
  return isScalar(pair.key) ? words(pair.key) : null
}

/** A text as it is written: a title may look like a number. */
function words(tree: Tree | null | undefined): string {
  if (!isScalar(tree) || tree.value === null || tree.value === undefined) return ''
  return typeof tree.value === 'string' ? tree.value : (tree.source ?? '')
}

function listOfWords(tree: Tree | null | undefined): readonly string[] | undefined {
  const items = isSeq(tree) ? (tree.items as Tree[]) : tree ? [tree] : []
  const found = items.map(words).filter((each) => each !== '')
  return found.length ? found : undefined
}

/** A plain value. What a browser's numbers cannot hold stays text, which the server reads as the same number. */
function plain(tree: Tree | null | undefined): Plain {
  if (isMap(tree)) return named(tree, plain)
  if (isSeq(tree)) return (tree.items as Tree[]).map(plain)
  if (!isScalar(tree)) return null
  const value = tree.value as Plain | undefined
  if (typeof value !== 'number') return value ?? null
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return tree.source ?? String(value)
  return Number.isFinite(value) ? value : (tree.source ?? String(value)).replace('.', '')
}
