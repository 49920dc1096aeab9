import { Trans, useLingui } from '@lingui/react/macro'
import { RadioTower } from 'lucide-react'
import { useState } from 'react'

import { type Service, useServices } from '../api/services'
import { links } from '../app/links'
import { Awaited } from '../datasets/Awaited'
import styles from '../datasets/data.module.css'
import { EmptyState, LinkButton, Page, SearchField } from '../ui'
import { ServiceTable } from './ServiceTable'

/** All web services, with what they are doing. */
export default function ServicesPage() {
  const { t } = useLingui()
  const asked = useServices()
  const [search, setSearch] = useState('')
  return (
    <Page
      title={t`Web services`}
      description={t`Published experiments that programs call with rows and get rows back.`}
      actions={<SearchField label={t`Search web services`} className={styles.search} value={search} onChange={setSearch} />}
    >
      <Awaited asked={asked}>
        {(services) => (services.length === 0 ? <Nothing /> : <ServiceTable services={found(services, search)} />)}
      </Awaited>
    </Page>
  )
}

function found(services: readonly Service[], search: string): Service[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return services.filter(({ name, description }) => words.every((word) => `${name} ${description}`.toLowerCase().includes(word)))
}

function Nothing() {
  const open = (
    <LinkButton variant="primary" href={links.experiments()}>
      <Trans>Open an experiment</Trans>
    </LinkButton>
  )
  return (
    <EmptyState icon={<RadioTower />} title={<Trans>No web services yet</Trans>} actions={open}>
      <Trans>
        Run an experiment, then press Publish at its top. What it learned is frozen as a version that programs call over
        HTTP; you get keys, a test form and sample code.
      </Trans>
    </EmptyState>
  )
}
