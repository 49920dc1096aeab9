import { Trans, useLingui } from '@lingui/react/macro'
import { RadioTower, Workflow } from 'lucide-react'

import type { EnvironmentUse } from '../api/environments'
import { links } from '../app/links'
import { NameLink } from '../datasets/Crumb'
import styles from '../datasets/UsedBy.module.css'

/** Who runs in an environment, with the way there. */
export function Users({ users }: { users: readonly EnvironmentUse[] }) {
  const { t } = useLingui()
  if (users.length === 0) {
    return (
      <p className={styles.nobody}>
        <Trans>No experiment and no web service of this workspace names it.</Trans>
      </p>
    )
  }
  return (
    <ul className={styles.users} aria-label={t`Used by`}>
      {users.map((user) => (
        <li key={`${user.kind} ${user.id}`}>
          {user.kind === 'experiment' ? <Workflow aria-hidden /> : <RadioTower aria-hidden />}
          <NameLink href={placeOf(user, users)}>{user.title || user.id}</NameLink>
          <span className={styles.kind}>{user.kind === 'experiment' ? <Trans>Experiment</Trans> : user.kind === 'endpoint' ? <Trans>Endpoint</Trans> : <Trans>Web service</Trans>}</span>
        </li>
      ))}
    </ul>
  )
}

/** An endpoint, titled SERVICE/ENDPOINT, is looked at on the page of its service, which is among the users, too. */
function placeOf({ kind, id, title }: EnvironmentUse, users: readonly EnvironmentUse[]): string {
  if (kind === 'experiment') return links.experiment(id)
  const service = kind === 'endpoint' ? users.find((each) => each.kind === 'service' && title.startsWith(`${each.title}/`)) : undefined
  return kind === 'service' ? links.service(id) : service ? links.service(service.id) : links.services()
}
