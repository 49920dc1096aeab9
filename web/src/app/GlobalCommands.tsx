import { useLingui } from '@lingui/react/macro'
import { Keyboard, LogOut, Search } from 'lucide-react'
import { Suspense, useMemo, useState } from 'react'
import { useLocation } from 'wouter'

import { signOut } from '../api/session'
import { type Command, useCommands } from '../commands/commands'
import { Shortcuts } from '../commands/Shortcuts'
import { toast } from '../ui/toasts'
import { type Language, languages, setLanguage } from './language'
import { languageIcon, themeWords } from './Preferences'
import { places } from './Rail'
import { themes, useTheme } from './theme'
import { late } from './late'

const CommandPalette = late(() => import('../commands/CommandPalette'))
const ShortcutHelp = late(() => import('../commands/ShortcutHelp'))

/** What can be done on every page, and the two dialogs that tell of everything that can be. */
export function GlobalCommands() {
  const [open, setOpen] = useState<'palette' | 'help' | null>(null)
  const close = () => setOpen(null)
  useCommands(useDialogs(setOpen))
  useCommands(useNavigation())
  useCommands(usePreferences())
  return (
    <>
      <Shortcuts />
      <Suspense>
        {open === 'palette' && <CommandPalette isOpen onClose={close} />}
        {open === 'help' && <ShortcutHelp isOpen onClose={close} />}
      </Suspense>
    </>
  )
}

function useDialogs(open: (which: 'palette' | 'help') => void): readonly Command[] {
  const { t } = useLingui()
  return useMemo(
    () => [
      { id: 'palette', title: t`Search or run a command`, keys: 'Mod+K', icon: <Search />, hidden: true, run: () => open('palette') },
      { id: 'help', title: t`Show the keyboard shortcuts`, keys: '?', icon: <Keyboard />, run: () => open('help') },
    ],
    [t, open],
  )
}

function useNavigation(): readonly Command[] {
  const { t } = useLingui()
  const [, navigate] = useLocation()
  return useMemo(
    () =>
      places.map(({ id, href, words, icon: Icon }) => ({
        id: `go.${id}`, title: t(words), group: t`Go to`, icon: <Icon />, run: () => navigate(href),
      })),
    [t, navigate],
  )
}

function usePreferences(): readonly Command[] {
  const { t } = useLingui()
  return useMemo(
    () => [
      ...themes.map((theme) => {
        const { words, icon: Icon } = themeWords[theme]
        const name = t(words)
        return { id: `theme.${theme}`, title: t`Theme: ${name}`, icon: <Icon />, run: () => useTheme.getState().setTheme(theme) }
      }),
      ...(Object.entries(languages) as [Language, string][]).map(([id, name]) => ({
        id: `language.${id}`, title: t`Language: ${name}`, icon: languageIcon, run: () => void setLanguage(id),
      })),
      { id: 'sign-out', title: t`Sign out`, icon: <LogOut />, run: () => void signOut().catch(toast.error) },
    ],
    [t],
  )
}
