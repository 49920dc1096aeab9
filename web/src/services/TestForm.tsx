/** Tries an endpoint: a box for each column, many rows as text, parameters; the answer below. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Play, Shuffle } from 'lucide-react'
import { type SyntheticEvent, useEffect, useRef, useState } from 'react'

import { type Endpoint, type Form, readKeys, useForm } from '../api/services'
import { Awaited } from '../datasets/Awaited'
import { Button, ErrorNote, Note } from '../ui'
import { type Answered, CallAnswer } from './CallAnswer'
import { call, type Draft, emptyDraft, requestOf } from './call'
import { InputFields } from './InputFields'
import { ParameterFields } from './ParameterFields'
import { RowsError } from './rows'
import { rowsFault } from './rowsFault'
import styles from './TestForm.module.css'

export function TestForm({ service, endpoint }: { service: string; endpoint: Endpoint }) {
  const asked = useForm(service, endpoint)
  return (
    <Awaited asked={asked}>
      {(form) =>
        form.answers ? (
          <Filled key={`${endpoint.id} ${endpoint.version}`} service={service} endpoint={endpoint} form={form} />
        ) : (
          <Note>
            <Trans>An output of this service is a model, which only batch jobs can deliver, so it cannot be tried with a form.</Trans>
          </Note>
        )
      }
    </Awaited>
  )
}

function Filled({ service, endpoint, form }: { service: string; endpoint: Endpoint; form: Form }) {
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(form))
  const [sample, setSample] = useState(0)
  const { send, isPending, answered, fault } = useCalls(service, endpoint, form)
  const result = useRef<HTMLElement>(null)
  const most = Math.max(1, ...form.inputs.map((each) => each.samples.length))
  const another = () => {
    const next = (sample + 1) % most
    setSample(next)
    setDraft((before) => ({ ...before, inputs: emptyDraft(form, next).inputs }))
  }
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault()
    await send(draft)
  }
  // Once it is drawn, whoever hears the page goes on there.
  useEffect(() => result.current?.focus(), [answered])
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)} autoComplete="off">
      <h2 className="hidden-visually">
        <Trans>What is sent</Trans>
      </h2>
      {form.inputs.map((input) => (
        <InputFields
          key={input.name}
          input={input}
          draft={draft.inputs[input.name] ?? { cells: [], text: '' }}
          onChange={(changed) => setDraft((before) => ({ ...before, inputs: { ...before.inputs, [input.name]: changed } }))}
        />
      ))}
      <ParameterFields
        parameters={form.parameters}
        values={draft.parameters}
        onChange={(name, value) => setDraft((before) => ({ ...before, parameters: { ...before.parameters, [name]: value } }))}
      />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" icon={<Play />} isPending={isPending}>
          <Trans>Call the service</Trans>
        </Button>
        {most > 1 && (
          <Button icon={<Shuffle />} onPress={another}>
            <Trans>Another sample row</Trans>
          </Button>
        )}
      </div>
      {fault && <ErrorNote error={fault} />}
      {answered && <CallAnswer ref={result} answered={answered} isStale={isPending} />}
    </form>
  )
}

/** Sends what was filled in with the endpoint's own key, which is fetched for each call and kept nowhere. */
function useCalls(service: string, endpoint: Endpoint, form: Form) {
  const { t } = useLingui()
  const [isPending, setPending] = useState(false)
  const [answered, setAnswered] = useState<Answered | null>(null)
  const [fault, setFault] = useState<Error | string | null>(null)
  const send = async (draft: Draft) => {
    setPending(true)
    setFault(null)
    try {
      const body = requestOf(form, draft)
      const { primary } = await readKeys(service, endpoint.name)
      const sent = new Set(Object.values(body.Inputs).flatMap((each) => each.ColumnNames))
      setAnswered({ result: await call(form.execute, primary, body), sent })
    } catch (error) {
      setAnswered(null)
      if (error instanceof RowsError) setFault(rowsFault(error.fault))
      else setFault(error instanceof TypeError ? t`The server does not answer.` : error instanceof Error ? error : String(error))
    } finally {
      setPending(false)
    }
  }
  return { send, isPending, answered, fault }
}
