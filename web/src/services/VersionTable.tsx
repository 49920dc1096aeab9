import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Endpoint, type Service, useRollBack, useVersions, type Version } from '../api/services'
import { Awaited } from '../datasets/Awaited'
import styles from '../datasets/data.module.css'
import { Badge, Button, Cell, Column, Confirm, Row, Table, TableBody, TableHeader, Time, toast } from '../ui'

interface Props {
  service: Service
  endpoints: readonly Endpoint[]
}

/** The versions of a web service, the newest first, and which endpoint has which. */
export function VersionTable({ service, endpoints }: Props) {
  const { t } = useLingui()
  const asked = useVersions(service.id)
  const [wanted, setWanted] = useState<Version | null>(null)
  return (
    <Awaited asked={asked}>
      {(versions) => (
        <>
          <Table aria-label={t`Versions`}>
            <TableHeader>
              <Column id="number" isRowHeader><Trans>Version</Trans></Column>
              <Column id="created"><Trans>Published</Trans></Column>
              <Column id="note"><Trans>Note</Trans></Column>
              <Column id="endpoints"><Trans>Endpoints that have it</Trans></Column>
              <Column id="roll-back"><span className="hidden-visually"><Trans>Actions</Trans></span></Column>
            </TableHeader>
            <TableBody items={versions.toReversed().map((each) => ({ ...each, id: each.number }))} dependencies={[endpoints]}>
              {(version) => (
                <Row id={version.number}>
                  <Cell>{version.number}</Cell>
                  <Cell><Time at={version.created} /></Cell>
                  <Cell>{version.note}</Cell>
                  <Cell><Users version={version.number} endpoints={endpoints} /></Cell>
                  <Cell isEnd>
                    {endpoints.find((each) => each.is_default)?.version !== version.number && (
                      <Button size="small" onPress={() => setWanted(version)}><Trans>Use this version…</Trans></Button>
                    )}
                  </Cell>
                </Row>
              )}
            </TableBody>
          </Table>
          {wanted && <RollBack service={service} version={wanted.number} onClose={() => setWanted(null)} />}
        </>
      )}
    </Awaited>
  )
}

function Users({ version, endpoints }: { version: number; endpoints: readonly Endpoint[] }) {
  return (
    <span className={styles.facts}>
      {endpoints
        .filter((each) => each.version === version)
        .map((each) => (
          <Badge key={each.id} tone={each.is_default ? 'accent' : 'neutral'}>
            {each.name}
          </Badge>
        ))}
    </span>
  )
}

function RollBack({ service, version, onClose }: { service: Service; version: number; onClose: () => void }) {
  const { t } = useLingui()
  const rollBack = useRollBack(service.id)
  const confirm = () =>
    rollBack.mutate(version, {
      onSuccess: () => toast.ok(t`The default endpoint has version ${version} now.`),
      onError: (error) => toast.error(error),
      onSettled: onClose,
    })
  return (
    <Confirm title={t`Use version ${version}?`} action={t`Use it`} isOpen isPending={rollBack.isPending} onClose={onClose} onConfirm={confirm}>
      <p>
        <Trans>The default endpoint answers by version {version} from its next call on. Calls that run end as they began, other endpoints stay, and you can come back at any time.</Trans>
      </p>
    </Confirm>
  )
}
