//! Derives for rows of the database (行的派生宏).

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Field, Fields, LitStr, parse_macro_input};

/// Reads a struct from a row: each field from the column of its name.
///
/// - `#[row(nested)]`: the field reads its own columns from the same row.
/// - `#[row(name = "QUERY PLAN")]`: the column has another name.
#[proc_macro_derive(FromQueryResult, attributes(row))]
pub fn from_query_result(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(input: &DeriveInput) -> Result<TokenStream, Error> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(input, "a row is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(
            input,
            "columns are found by the names of fields",
        ));
    };
    let reads: Vec<TokenStream> = fields.named.iter().map(read).collect::<Result<_, _>>()?;
    let name = &input.ident;
    Ok(quote! {
        impl ::liuke_platform::db::FromQueryResult for #name {
            fn from_query_result(
                row: &::liuke_platform::db::QueryResult<'_>,
            ) -> ::core::result::Result<Self, ::liuke_platform::fault::Fault> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }
    })
}

/// `field: where it comes from`.
fn read(field: &Field) -> Result<TokenStream, Error> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "a field without a name"));
    };
    let (mut nested, mut name) = (false, ident.to_string());
    for attribute in field.attrs.iter().filter(|a| a.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("nested") {
                nested = true;
                Ok(())
            } else if meta.path.is_ident("name") {
                name = meta.value()?.parse::<LitStr>()?.value();
                Ok(())
            } else {
                Err(meta.error("`nested` or `name = \"…\"`"))
            }
        })?;
    }
    let name = name.trim_start_matches("r#");
    Ok(if nested {
        quote! { #ident: ::liuke_platform::db::FromQueryResult::from_query_result(row)? }
    } else {
        quote! { #ident: row.column(#name)? }
    })
}
