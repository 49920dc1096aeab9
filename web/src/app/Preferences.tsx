import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Languages, Monitor, Moon, Sun, SunMoon } from 'lucide-react'

import { IconButton } from '../ui/Button'
import { MenuButton, MenuItem, MenuSection } from '../ui/Menu'
import { Check } from './Check'
import { type Language, languages, setLanguage, useLanguage } from './language'
import { type Theme, themes, useTheme } from './theme'

export const themeWords: Readonly<Record<Theme, { words: MessageDescriptor; icon: typeof Sun }>> = {
  system: { words: msg`As the system`, icon: Monitor },
  light: { words: msg`Light`, icon: Sun },
  dark: { words: msg`Dark`, icon: Moon },
}

const languageNames = Object.entries(languages) as [Language, string][]

/** The choices of look and language, for menus. */
export function PreferenceItems() {
  const { t } = useLingui()
  const { theme, setTheme } = useTheme()
  const { language } = useLanguage()
  return (
    <>
      <MenuSection title={t`Theme`}>
        {themes.map((each) => (
          <MenuItem
            key={each}
            label={t(themeWords[each].words)}
            icon={<Check isOn={each === theme} />}
            onAction={() => setTheme(each)}
          />
        ))}
      </MenuSection>
      <MenuSection title={t`Language`}>
        {languageNames.map(([id, name]) => (
          <MenuItem key={id} label={name} icon={<Check isOn={id === language} />} onAction={() => void setLanguage(id)} />
        ))}
      </MenuSection>
    </>
  )
}

/** The same behind a button, where nobody is signed in. */
export function PreferencesMenu() {
  const { t } = useLingui()
  return (
    <MenuButton
      label={t`Theme and language`}
      trigger={<IconButton label={t`Theme and language`} icon={<SunMoon />} />}
    >
      <PreferenceItems />
    </MenuButton>
  )
}

export const languageIcon = <Languages />
