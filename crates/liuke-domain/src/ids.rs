//! Ids (编号): one newtype per thing over `UUIDv7`, so that the compiler keeps a customer out of an order's place.
//!
//! Ids are made by the platform's context, never here. People see numbers, which are separate unique columns.

/// Declares id newtypes: transparent in serde, ordered by time of making, `Display` as hyphenated lower case.
#[macro_export]
macro_rules! id {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub ::uuid::Uuid);

        impl $name {
            /// The bare UUID, for columns.
            pub const fn uuid(self) -> ::uuid::Uuid {
                self.0
            }

            /// Reads the hyphenated form; `None` when it is not a UUID.
            pub fn parse(text: &str) -> Option<Self> {
                ::uuid::Uuid::parse_str(text).ok().map(Self)
            }
        }

        impl From<::uuid::Uuid> for $name {
            fn from(id: ::uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for ::uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                ::uuid::Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

id! {
    /// A customer (客户).
    CustomerId,
    /// A contact (联系人) of an organisation or a household.
    ContactId,
    /// A phone of a customer (电话).
    PhoneId,
    /// A vehicle or a piece of equipment (车辆/设备).
    AssetId,
    /// An order (订单).
    OrderId,
    /// A service record (维修记录).
    ServiceRecordId,
    /// A member of staff (员工).
    StaffId,
    /// A branch (网点).
    BranchId,
    /// A team (班组).
    TeamId,
    /// A role (角色).
    RoleId,
    /// A follow-up plan (回访计划).
    PlanId,
    /// A follow-up task (回访任务).
    TaskId,
    /// A call sheet (回访单).
    SheetId,
    /// A feedback slip (反馈单).
    SlipId,
    /// An import (导入).
    ImportId,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_id_is_the_bare_uuid_in_json_and_text() {
        let text = "01933d5a-9c3e-7d20-8a4b-0123456789ab";
        let id = CustomerId::parse(text).unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<CustomerId>(&format!("\"{text}\"")).unwrap(),
            id
        );
        assert_eq!(CustomerId::parse("7"), None);
    }
}
