/** Set up before every test file: English, as its sources have it; what a test drew is taken away after it. */
import { i18n } from '@lingui/core'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

i18n.setMessagesCompiler(compileMessage)
i18n.loadAndActivate({ locale: 'en', messages: {} })
afterEach(cleanup)
