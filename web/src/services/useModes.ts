import { useLingui } from '@lingui/react/macro'

import type { Option } from '../ui'

/** The two ways to run calls, with what each is good for. */
export function useModes(): Option<'request' | 'service'>[] {
  const { t } = useLingui()
  return [
    {
      id: 'request',
      label: t`One process a call`,
      description: t`Every call gets a fresh process: nothing of one call is seen by the next. The usual choice.`,
    },
    {
      id: 'service',
      label: t`Kept warm`,
      description: t`Processes take call after call, which is faster. What a script keeps in global variables stays for the next caller.`,
    },
  ]
}
