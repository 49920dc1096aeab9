import { Trans, useLingui } from '@lingui/react/macro'

import { type Service, useEndpoints, useMetrics } from '../api/services'
import { links } from '../app/links'
import { Sparkline } from '../charts/Sparkline'
import { NameLink } from '../datasets/Crumb'
import styles from '../datasets/data.module.css'
import { Cell, Column, formatNumber, Row, Table, TableBody, TableHeader, Time } from '../ui'
import { totals } from './metrics'
import { Mode } from './Mode'

export function ServiceTable({ services }: { services: readonly Service[] }) {
  const { t } = useLingui()
  return (
    <Table aria-label={t`Web services`}>
      <TableHeader>
        <Column id="name" isRowHeader><Trans>Name</Trans></Column>
        <Column id="version"><Trans>Version</Trans></Column>
        <Column id="mode"><Trans>Mode</Trans></Column>
        <Column id="endpoints" isEnd><Trans>Endpoints</Trans></Column>
        <Column id="calls"><Trans>Calls of the last hour</Trans></Column>
        <Column id="created"><Trans>Published</Trans></Column>
      </TableHeader>
      <TableBody items={services} empty={<Trans>No web service has these words.</Trans>}>
        {(service) => (
          <Row id={service.id} textValue={service.name}>
            <Cell>
              <NameLink href={links.service(service.id)}>{service.name}</NameLink>
              <span className={styles.below}>{service.description}</span>
            </Cell>
            <Cell><DefaultEndpoint service={service} what="version" /></Cell>
            <Cell><DefaultEndpoint service={service} what="mode" /></Cell>
            <Cell isEnd><DefaultEndpoint service={service} what="count" /></Cell>
            <Cell><Calls service={service} /></Cell>
            <Cell><Time at={service.created} /></Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  )
}

/** What the list of endpoints tells of a service. */
function DefaultEndpoint({ service, what }: { service: Service; what: 'version' | 'mode' | 'count' }) {
  const { data } = useEndpoints(service.id)
  if (!data) return null
  if (what === 'count') return <>{data.length}</>
  const endpoint = data.find((each) => each.is_default)
  if (!endpoint) return <>–</>
  return what === 'version' ? <>{endpoint.version}</> : <Mode mode={endpoint.mode} />
}

function Calls({ service }: { service: Service }) {
  const { t } = useLingui()
  const { data } = useMetrics(service.id, service.default_endpoint, 60)
  if (!data) return null
  const { calls, errors } = totals(data.minutes)
  const told = errors > 0 ? t`${formatNumber(calls)}, ${formatNumber(errors)} failed` : formatNumber(calls)
  return (
    <span className={styles.spark}>
      <Sparkline height={24} values={data.minutes.map((each) => each.calls)} label={t`Calls by minute: ${told}`} />
      <span className={styles.numbers}>{told}</span>
    </span>
  )
}
