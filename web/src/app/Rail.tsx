import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import { Brain, Database, type LucideIcon, Package, RadioTower, Settings, Workflow } from 'lucide-react'
import { Link, useLocation } from 'wouter'

import { links } from './links'
import styles from './Shell.module.css'

interface Place {
  id: string
  href: string
  words: MessageDescriptor
  icon: LucideIcon
}

/** The pages that the rail and the palette lead to. */
export const places: readonly Place[] = [
  { id: 'experiments', href: links.experiments(), words: msg`Experiments`, icon: Workflow },
  { id: 'datasets', href: links.datasets(), words: msg`Datasets`, icon: Database },
  { id: 'models', href: links.models(), words: msg`Models`, icon: Brain },
  { id: 'services', href: links.services(), words: msg`Web services`, icon: RadioTower },
  { id: 'environments', href: links.environments(), words: msg`Environments`, icon: Package },
  { id: 'settings', href: links.settings(), words: msg`Settings`, icon: Settings },
]

export function Rail() {
  const { t } = useLingui()
  const [path] = useLocation()
  const isHere = ({ href }: Place) => path === href || path.startsWith(`${href}/`)
  return (
    <nav className={styles.rail} aria-label={t`Pages`}>
      <ul>
        {places.map((place) => (
          <li key={place.id} className={place.id === 'settings' ? styles.last : undefined}>
            <Link href={place.href} className={styles.link} aria-current={isHere(place) ? 'page' : undefined}>
              <place.icon aria-hidden />
              {t(place.words)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
