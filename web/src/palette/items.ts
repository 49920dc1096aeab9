/** What can be put on the canvas: modules, datasets, models, transforms and a web service's blocks; and finding one by words. */
import type { Sample } from '../api/catalogue'
import type { Begin } from '../canvas/view'
import { type Catalogue, fits, type Module, type Port } from '../document/catalogue'
import type { Named, Plain } from '../document/types'
import { categoryWords } from '../words/words'

export interface Item {
  /** What is dragged and remembered: one text. */
  readonly key: string
  readonly title: string
  readonly detail: string
  readonly category: string
  readonly module: string
  readonly parameters: Named<Plain>
  /** One of a web service's blocks, which is no node. */
  readonly service?: 'inputs' | 'outputs'
}

/** An item with the port of it that fits. */
export interface Fitting {
  readonly item: Item
  readonly port: Port | null
  readonly count: number
}

interface Asset {
  readonly name: string
  readonly description?: string
}

export interface Assets {
  readonly datasets: readonly Asset[]
  readonly models: readonly Asset[]
  readonly transforms: readonly Asset[]
  readonly samples: readonly Sample[]
}

export const SERVICE_CATEGORY = 'Web Service'
/** Modules that stand for one asset each; the assets themselves are listed instead. */
const KEPT = { datasets: ['saved-dataset', 'dataset'], models: ['saved-trained-model', 'trained_model'], transforms: ['saved-transform', 'transform'] } as const

export function itemsOf(catalogue: Catalogue, assets: Assets): Item[] {
  const kept = new Set<string>(Object.values(KEPT).map(([module]) => module))
  const modules = catalogue.modules
    .filter(({ name }) => !kept.has(name))
    .map(({ name, title, summary, category }): Item => ({ key: `module:${name}`, title, detail: summary, category, module: name, parameters: {} }))
  const assetItems = (kind: keyof typeof KEPT, category: string, found: readonly Asset[]) => found.map((each) => assetItem(kind, each, category))
  const own = new Set(assets.datasets.map(({ name }) => name))
  const samples = assets.samples.filter(({ name }) => !own.has(name)).map(({ name, title }) => ({ name, description: title }))
  return [
    ...assetItems('datasets', 'Saved Datasets', assets.datasets),
    ...assetItems('datasets', 'Samples', samples),
    ...assetItems('models', 'Trained Models', assets.models),
    ...assetItems('transforms', 'Transforms', assets.transforms),
    ...modules,
  ]
}

function assetItem(kind: keyof typeof KEPT, { name, description }: Asset, category: string): Item {
  const [module, parameter] = KEPT[kind]
  return { key: `${kind}:${name}`, title: name, detail: description ?? '', category, module, parameters: { [parameter]: name } }
}

/** A dataset that the workspace has. */
export const datasetItem = (name: string): Item => assetItem('datasets', { name }, 'Saved Datasets')

/** Those that all words are found in, the best first: by title, then by anything else. */
export function searched(items: readonly Item[], text: string): Item[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.length) return [...items]
  const scored = items.flatMap((item) => {
    const scores = words.map((word) => score(item, word))
    return scores.every((each) => each > 0) ? [{ item, score: scores.reduce((sum, each) => sum + each, 0) }] : []
  })
  return scored.sort((one, other) => other.score - one.score).map(({ item }) => item)
}

function score(item: Item, word: string): number {
  const title = item.title.toLowerCase()
  if (title.startsWith(word)) return 8
  if (title.split(/[\s-_]+/).some((each) => each.startsWith(word))) return 6
  if (title.includes(word) || item.module.includes(word)) return 4
  if (`${item.category}/${categoryWords(item.category)}`.toLowerCase().includes(word)) return 2
  return item.detail.toLowerCase().includes(word) ? 1 : 0
}

/** Those that a port fits, with the port of theirs; what people usually wire to it comes first. */
export function fitting(items: readonly Item[], from: Begin | null, origin: string, catalogue: Catalogue): Fitting[] {
  const found = items.flatMap((item): Fitting[] => {
    const module = catalogue.find(item.module)
    if (!module) return []
    if (!from) return [{ item, port: null, count: 0 }]
    return from.side === 'outputs' ? followerOf(item, module, from, origin, catalogue) : feederOf(item, module, from, origin, catalogue)
  })
  return found.sort((one, other) => other.count - one.count)
}

/** What is needed is wired first, in order, for the node is new and all its inputs are free; how usual it is only says where it stands in the list. */
function followerOf(item: Item, module: Module, { port: from }: Begin, origin: string, catalogue: Catalogue): Fitting[] {
  const ports = module.inputs.filter((port) => fits(from.type, port.type))
  const port = ports.find(({ optional }) => !optional) ?? ports[0]
  const counts = ports.map(({ name }) => catalogue.usualCount(origin, from.name, module.name, name))
  return port ? [{ item, port, count: Math.max(...counts) }] : []
}

function feederOf(item: Item, module: Module, { port: to }: Begin, origin: string, catalogue: Catalogue): Fitting[] {
  const ports = module.outputs.filter((port) => fits(port.type, to.type))
  const counted = ports.map((port): Fitting => ({ item, port, count: catalogue.usualCount(module.name, port.name, origin, to.name) }))
  return counted.sort((one, other) => other.count - one.count).slice(0, 1)
}

export interface Folder {
  readonly name: string
  readonly path: string
  readonly folders: readonly Folder[]
  readonly items: readonly Item[]
}

/** Items as a tree by their categories, in the order in which these come; data first. */
export function folders(items: readonly Item[]): Folder[] {
  const root: MutableFolder = { name: '', path: '', folders: [], items: [] }
  for (const item of items) {
    let at = root
    for (const name of item.category.split('/')) {
      const path = at.path ? `${at.path}/${name}` : name
      let next = at.folders.find((each) => each.name === name)
      if (!next) at.folders.push((next = { name, path, folders: [], items: [] }))
      at = next
    }
    at.items.push(item)
  }
  return root.folders
}

interface MutableFolder extends Folder {
  folders: MutableFolder[]
  items: Item[]
}
