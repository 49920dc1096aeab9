import { Trans, useLingui } from '@lingui/react/macro'

import type { Workspace } from '../api/workspace'
import { Section } from './Section'
import styles from './settings.module.css'

/** What this is, and where programs read how to speak to it. */
export function About({ workspace: { version } }: { workspace: Workspace }) {
  const { t } = useLingui()
  return (
    <Section title={t`About`} about={<Trans>Bottega, an open, self-hosted machine-learning studio. Apache License 2.0.</Trans>}>
      <dl className={styles.facts}>
        <dt><Trans>Version</Trans></dt>
        <dd>{version}</dd>
        <dt><Trans>API</Trans></dt>
        <dd>
          <a href="/v1/openapi.json" target="_blank" rel="noreferrer">
            <Trans>OpenAPI document</Trans>
          </a>
        </dd>
        <dt><Trans>State</Trans></dt>
        <dd>
          <a href="/readyz" target="_blank" rel="noreferrer">
            <Trans>Readiness</Trans>
          </a>
          <a href="/metrics" target="_blank" rel="noreferrer">
            <Trans>Numbers for Prometheus</Trans>
          </a>
        </dd>
      </dl>
    </Section>
  )
}
