import type { Shape } from '../shape.ts'
import type { session as zh } from '../zh-CN/session.ts'

export const session: Shape<typeof zh> = {
  login: {
    title: 'Log in to Liuke',
    login: 'User name',
    password: 'Password',
    submit: 'Log in',
    demo: 'Demo accounts',
    demoHint: 'This is a demo server: choose a role to enter.',
    expired: 'Your session ended. Please log in again.',
  },
  setup: {
    title: 'First setup',
    intro: 'Create the first administrator. This link works once.',
    firm: 'Company name',
    branch: 'Name of the first branch',
    name: 'Name',
    login: 'User name',
    password: 'Password',
    repeat: 'Repeat the password',
    mismatch: 'The two entries differ',
    submit: 'Finish setup',
    noToken: 'Open this page by the one-time link that the server printed when it started.',
  },
  invite: {
    title: 'Choose a password',
    intro: '{{name}}, your user name is {{login}}. Choose a password; the link is valid until {{time}}.',
    submit: 'Set the password and log in',
  },
  password: {
    title: 'Change password',
    current: 'Current password',
    next: 'New password',
    repeat: 'Repeat the new password',
    submit: 'Change password',
    done: 'Password changed',
    hint: 'At least {{min}} characters',
  },
}
