import { Trans, useLingui } from '@lingui/react/macro'

import { type Endpoint, type Form, useForm } from '../api/services'
import { Awaited } from '../datasets/Awaited'
import { Badge, CopyButton, Panel } from '../ui'
import { Keys } from './Keys'
import { Mode } from './Mode'
import styles from './Overview.module.css'
import { Requests } from './Requests'

interface Props {
  service: string
  endpoint: Endpoint
}

/** How an endpoint is called, with what, and how often it is. */
export function Overview({ service, endpoint }: Props) {
  const asked = useForm(service, endpoint)
  return (
    <div className={styles.overview}>
      <div className={styles.column}>
        <Panel isFramed isPadded title={<Trans>How to call it</Trans>}>
          <Awaited asked={asked}>{(form) => <Addresses endpoint={endpoint} form={form} />}</Awaited>
          <Keys service={service} endpoint={endpoint} />
        </Panel>
        <Awaited asked={asked}>{(form) => <Shape form={form} endpoint={endpoint} />}</Awaited>
      </div>
      <Requests service={service} endpoint={endpoint.name} />
    </div>
  )
}

function Addresses({ endpoint, form }: { endpoint: Endpoint; form: Form }) {
  const { t } = useLingui()
  const here = window.location.origin
  return (
    <>
      {form.answers && <Address label={t`Rows at once`} address={here + form.execute} />}
      <Address label={t`Batch jobs`} address={`${here}${form.api}/jobs`} />
      <Address label={t`Swagger`} address={`${here}${form.api}/swagger.json`} isLink />
      <div className={styles.line}>
        <span className={styles.label}>
          <Trans>Mode</Trans>
        </span>
        <span>
          <Mode mode={endpoint.mode} />
        </span>
      </div>
    </>
  )
}

function Address({ label, address, isLink = false }: { label: string; address: string; isLink?: boolean }) {
  const { t } = useLingui()
  return (
    <div className={styles.line}>
      <span className={styles.label}>{label}</span>
      <code className={styles.address}>
        {isLink ? (
          <a href={address} target="_blank" rel="noreferrer">
            {address}
          </a>
        ) : (
          address
        )}
      </code>
      <CopyButton label={t`Copy the address`} text={address} />
    </div>
  )
}

/** What goes in and comes out. */
function Shape({ form, endpoint }: { form: Form; endpoint: Endpoint }) {
  return (
    <Panel isFramed isPadded title={<Trans>What goes in and comes out</Trans>}>
      <dl className={styles.shape}>
        {form.inputs.map((each) => (
          <Columns key={each.name} kind={<Trans>Input</Trans>} name={each.name} fields={each.fields} />
        ))}
        {form.parameters.map((each) => (
          <Columns key={each.name} kind={<Trans>Parameter</Trans>} name={each.name} fields={[]} />
        ))}
        {form.outputs.map((each) => (
          <Columns key={each.name} kind={<Trans>Output</Trans>} name={each.name} fields={each.fields} type={each.type} />
        ))}
        {endpoint.resources.map((each) => (
          <Columns key={each} kind={<Trans>Trained again</Trans>} name={each} fields={[]} />
        ))}
      </dl>
    </Panel>
  )
}

interface ColumnsProps {
  kind: React.ReactNode
  name: string
  fields: Form['inputs'][number]['fields'] | null
  type?: string
}

function Columns({ kind, name, fields, type = '' }: ColumnsProps) {
  return (
    <>
      <dt>
        {kind} <code>{name}</code>
      </dt>
      <dd>
        {fields === null && <Badge>{type}</Badge>}
        {fields?.map((field) => (
          <span key={field.name} className={styles.field}>
            {field.name} <span className={styles.type}>{field.known ? field.type : ''}</span>
          </span>
        ))}
      </dd>
    </>
  )
}
