import { Trans, useLingui } from '@lingui/react/macro'
import { Ellipsis, Plus, RefreshCw, Settings2, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'

import { type Endpoint, LOW_CALLS, type Service, useRefreshEndpoint } from '../api/services'
import styles from '../datasets/data.module.css'
import { Badge, Button, Cell, Column, formatNumber, IconButton, MenuButton, MenuItem, MenuSeparator, Row, Table, TableBody, TableHeader, Time, toast } from '../ui'
import { DeleteEndpoint } from './DeleteEndpoint'
import { EndpointDialog } from './EndpointDialog'
import { Mode } from './Mode'

interface Props {
  service: Service
  endpoints: readonly Endpoint[]
}

type Asking = { what: 'change' | 'delete'; endpoint: Endpoint } | { what: 'add' } | null

/** The endpoints of a web service: each with keys and limits of its own. */
export function EndpointTable({ service, endpoints }: Props) {
  const { t } = useLingui()
  const [asking, setAsking] = useState<Asking>(null)
  const newest = endpoints.find((each) => each.is_default)?.version
  const close = () => setAsking(null)
  return (
    <div className={styles.stack}>
      <div className={styles.actions}>
        <Button icon={<Plus />} onPress={() => setAsking({ what: 'add' })}>
          <Trans>New endpoint</Trans>
        </Button>
        <span className={styles.quiet}>
          <Trans>Each has keys and limits of its own; one that is not the default stays at its version until it is updated.</Trans>
        </span>
      </div>
      <Table aria-label={t`Endpoints`}>
        <TableHeader>
          <Column id="name" isRowHeader><Trans>Name</Trans></Column>
          <Column id="version"><Trans>Version</Trans></Column>
          <Column id="mode"><Trans>Mode</Trans></Column>
          <Column id="calls" isEnd><Trans>Calls at once</Trans></Column>
          <Column id="updated"><Trans>Changed</Trans></Column>
          <Column id="menu"><span className="hidden-visually"><Trans>Actions</Trans></span></Column>
        </TableHeader>
        <TableBody items={endpoints} dependencies={[newest]}>
          {(endpoint) => (
            <Row id={endpoint.id} textValue={endpoint.name}>
              <Cell><Named endpoint={endpoint} /></Cell>
              <Cell>{endpoint.version} {endpoint.version !== newest && <Badge tone="warn"><Trans>not the default’s</Trans></Badge>}</Cell>
              <Cell><Mode mode={endpoint.mode} /></Cell>
              <Cell isEnd>{formatNumber(endpoint.throttle === 'Low' ? LOW_CALLS : endpoint.max_concurrent)}</Cell>
              <Cell><Time at={endpoint.updated} /></Cell>
              <Cell isEnd>
                <Actions
                  service={service.id}
                  endpoint={endpoint}
                  onChange={() => setAsking({ what: 'change', endpoint })}
                  onDelete={() => setAsking({ what: 'delete', endpoint })}
                />
              </Cell>
            </Row>
          )}
        </TableBody>
      </Table>
      {asking?.what === 'add' && <EndpointDialog service={service.id} endpoint={null} onClose={close} />}
      {asking?.what === 'change' && <EndpointDialog service={service.id} endpoint={asking.endpoint} onClose={close} />}
      {asking?.what === 'delete' && <DeleteEndpoint service={service.id} endpoint={asking.endpoint} onClose={close} />}
    </div>
  )
}

function Named({ endpoint }: { endpoint: Endpoint }) {
  const marks: ReactNode[] = [
    endpoint.is_default && <Badge key="default" tone="accent"><Trans>default</Trans></Badge>,
    endpoint.prevent_update && <Badge key="fixed"><Trans>not updated</Trans></Badge>,
    endpoint.resources.length > 0 && <Badge key="again" tone="cached"><Trans>trained again</Trans></Badge>,
  ]
  return (
    <>
      <span className={styles.facts}>
        {endpoint.name} {marks}
      </span>
      <span className={styles.below}>{endpoint.description}</span>
    </>
  )
}

interface ActionsProps {
  service: string
  endpoint: Endpoint
  onChange: () => void
  onDelete: () => void
}

function Actions({ service, endpoint, onChange, onDelete }: ActionsProps) {
  const { t } = useLingui()
  const refresh = useRefreshEndpoint(service)
  const { name } = endpoint
  const update = (overwrite: boolean) =>
    refresh.mutate(
      { name, overwrite },
      {
        onSuccess: ({ changed }) => toast.ok(changed ? t`${name} has the default’s version now.` : t`${name} had the default’s version already.`),
        onError: (error) => toast.error(error),
      },
    )
  const trigger = <IconButton size="small" label={t`What can be done with ${name}`} icon={<Ellipsis />} />
  return (
    <MenuButton label={t`Actions of ${name}`} trigger={trigger}>
      <MenuItem label={t`Settings…`} icon={<Settings2 />} onAction={onChange} />
      {!endpoint.is_default && (
        <MenuItem
          label={t`Update to the default’s version`}
          description={endpoint.resources.length > 0 ? t`Models that were trained again stay` : undefined}
          icon={<RefreshCw />}
          onAction={() => update(false)}
        />
      )}
      {!endpoint.is_default && endpoint.resources.length > 0 && (
        <MenuItem label={t`Update, with the models that were published`} icon={<RefreshCw />} onAction={() => update(true)} />
      )}
      <MenuSeparator />
      <MenuItem label={t`Delete…`} icon={<Trash2 />} isDanger onAction={onDelete} />
    </MenuButton>
  )
}
