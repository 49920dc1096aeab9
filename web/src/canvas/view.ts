/** What the editor's page shows at the moment, and what is under way on it; none of it is part of the document. */
import { createStore } from 'zustand'

import type { PortPlace } from '../document/graph'
import type { Place } from '../document/types'
import type { Problem } from './problems'

export type Side = 'inputs' | 'outputs'

/** A port of a node, from which an edge is being made. */
export interface Begin extends PortPlace {
  side: Side
}

export interface AddRequest {
  /** Where on the page the list opens, and where on the canvas the node goes. */
  screen: { x: number; y: number }
  place: Place
  from: Begin | null
}

export type MenuTarget = { kind: 'canvas' } | { kind: 'node' | 'note' | 'wire' | 'service' | 'group'; id: string }

export interface View {
  mode: 'canvas' | 'outline'
  bottom: 'log' | 'data' | 'problems'
  isBottomOpen: boolean
  right: 'properties' | 'runs'
  isPaletteOpen: boolean
  isRightOpen: boolean
  isMapOpen: boolean
  /** The output that is previewed. */
  port: { node: string; port: string } | null
  adding: AddRequest | null
  /** The node whose ports are connected, or disconnected, by a list. */
  connecting: { node: string; remove: boolean; isFrom?: string } | null
  /** A block of a web service that waits for its port. */
  serving: { kind: Side; screen: { x: number; y: number } } | null
  /** The edge that is dragged, and the ports that it fits: `NODE side PORT`. */
  dragged: { begin: Begin; fitting: ReadonlySet<string> } | null
  /** The wire on which a node would be put. */
  spliced: string | null
  isFinding: boolean
  renaming: { kind: 'node' | 'group' | 'service'; id: string } | null
  commenting: string | null
  menu: { x: number; y: number; target: MenuTarget } | null
  /** Nodes are on their way to new places. */
  isSettling: boolean
  problems: readonly Problem[]
  problemsOf: ReadonlyMap<string, readonly Problem[]>
}

/** Pixels of a window below which the canvas needs the room. */
export const NARROW = 1280

export const portKey = (node: string, side: Side, port: string) => `${node} ${side} ${port}`

export function createView() {
  return createStore<View>()(() => ({
    mode: 'canvas',
    bottom: 'log',
    isBottomOpen: false,
    right: 'properties',
    isPaletteOpen: true,
    isRightOpen: true,
    isMapOpen: window.innerWidth >= NARROW,
    port: null,
    adding: null,
    connecting: null,
    serving: null,
    dragged: null,
    spliced: null,
    isFinding: false,
    renaming: null,
    commenting: null,
    menu: null,
    isSettling: false,
    problems: [],
    problemsOf: new Map<string, readonly Problem[]>(),
  }))
}
