import { Trans, useLingui } from '@lingui/react/macro'

import { type Language, languages, setLanguage, useLanguage } from '../app/language'
import { themeWords } from '../app/Preferences'
import { themes, useTheme } from '../app/theme'
import { Segments, Select, toast } from '../ui'
import { Section } from './Section'
import styles from './settings.module.css'

/** How this browser shows the studio. */
export function Appearance() {
  const { t } = useLingui()
  const { theme, setTheme } = useTheme()
  const { language } = useLanguage()
  const names = (Object.entries(languages) as [Language, string][]).map(([id, label]) => ({ id, label }))
  return (
    <Section title={t`Appearance`} about={<Trans>Kept in this browser.</Trans>}>
      <dl className={styles.facts}>
        <dt><Trans>Theme</Trans></dt>
        <dd>
          <Segments
            label={t`Theme`}
            value={theme}
            onChange={setTheme}
            options={themes.map((id) => {
              const { words, icon: Icon } = themeWords[id]
              return { id, label: t(words), icon: <Icon size={16} aria-hidden /> }
            })}
          />
        </dd>
        <dt><Trans>Language</Trans></dt>
        <dd>
          <Select
            label={t`Language`}
            hideLabel
            options={names}
            value={language}
            onChange={(id) => void setLanguage(id).catch((error: unknown) => toast.error(error))}
          />
        </dd>
      </dl>
    </Section>
  )
}
