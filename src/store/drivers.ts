/**
 * The drivers of databases. The first store that needs a driver loads it, so a program that only
 * starts Workflows or prints a help text loads none.
 */
/* eslint-disable @typescript-eslint/no-require-imports -- an import would load the driver at once */
import type * as KeyvPostgresModule from '@keyv/postgres';
import type * as KeyvModule from 'keyv';
import type Libsql from 'libsql';
import type * as Pg from 'pg';

export const libsql = (): typeof Libsql => require('libsql') as typeof Libsql;

export const pg = (): typeof Pg => require('pg') as typeof Pg;

export const keyv = (): typeof KeyvModule => require('keyv') as typeof KeyvModule;

export const keyvPostgres = (): typeof KeyvPostgresModule =>
  require('@keyv/postgres') as typeof KeyvPostgresModule;
