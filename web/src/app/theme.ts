/** Light, dark or as the system has it; kept in this browser. */
import { create } from 'zustand'

import { recall, remember } from './remembered'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const KEY = 'theme'
const isTheme = (text: string | null): text is Theme => themes.some((each) => each === text)
const dark = () => window.matchMedia('(prefers-color-scheme: dark)')

interface ThemeState {
  theme: Theme
  /** What it comes to; for what cannot read the tokens itself. */
  resolved: 'light' | 'dark'
  setTheme: (theme: Theme) => void
}

const resolve = (theme: Theme) => (theme === 'system' ? (dark().matches ? 'dark' : 'light') : theme)

export const useTheme = create<ThemeState>((set) => ({
  theme: 'system',
  resolved: 'light',
  setTheme(theme) {
    remember(KEY, theme)
    document.documentElement.dataset.theme = theme
    set({ theme, resolved: resolve(theme) })
  },
}))

/** Take up what was chosen last, before anything is drawn. */
export function startTheme(): void {
  const kept = recall(KEY)
  useTheme.getState().setTheme(isTheme(kept) ? kept : 'system')
  dark().addEventListener('change', () => {
    const { theme } = useTheme.getState()
    useTheme.setState({ resolved: resolve(theme) })
  })
}
