import type { ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { create } from 'zustand'

interface Places {
  title: HTMLElement | null
  actions: HTMLElement | null
}

/** Where the shell takes a page's own parts of the top bar. */
export const useTopBarPlaces = create<Places>(() => ({ title: null, actions: null }))

interface TopBarProps {
  /** At the left, behind the mark: a title, a way back. */
  children?: ReactNode
  /** At the right. */
  actions?: ReactNode
}

/** What a page puts into the top bar while it is open. */
export function TopBar({ children, actions }: TopBarProps) {
  const places = useTopBarPlaces()
  return (
    <>
      {places.title && children !== undefined && createPortal(children, places.title)}
      {places.actions && actions !== undefined && createPortal(actions, places.actions)}
    </>
  )
}
